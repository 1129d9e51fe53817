using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Tests.Shared;

/// <summary>An interactive page, opened and kept open as a browser does it, without a browser.</summary>
internal sealed partial class CircuitClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();
    private readonly TaskCompletionSource<long> _page = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HubConnection _connection;

    private CircuitClient(Uri address, string cookie, Action<byte[]>? draw)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(address, "/_blazor"), HttpTransportType.WebSockets, options =>
        {
            options.SkipNegotiation = true;
            options.Headers["Cookie"] = cookie;
        });
        builder.Services.RemoveAll<IHubProtocol>();
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        _connection = builder.Build();
        _connection.On<int, string>("JS.AttachComponent", (_, _) => { });
        _connection.On<long, byte[]>("JS.RenderBatch", async (batch, contents) =>
        {
            draw?.Invoke(contents);
            _drawn.TrySetResult();
            await _connection.SendAsync("OnRenderCompleted", batch, null);
        });
        _connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", (_, name, arguments, _, _, _) =>
        {
            if (name == "Blazor._internal.attachWebRendererInterop")
            {
                _page.TrySetResult(long.Parse(DotNetObject().Match(arguments).Groups["id"].Value, CultureInfo.InvariantCulture));
            }
        });
        _connection.On<string, bool, string>("JS.EndInvokeDotNet", (call, succeeded, answer) =>
        {
            if (succeeded)
            {
                _events[call].TrySetResult();
            }
            else
            {
                _events[call].TrySetException(new HubException(answer));
            }
        });
        _connection.On<string>("JS.Error", words =>
        {
            foreach (var awaited in _events.Values.Append(_drawn))
            {
                awaited.TrySetException(new HubException(words));
            }
        });
    }

    /// <param name="draw">Is given whatever is to be drawn.</param>
    /// <exception cref="HubException">The page has nothing interactive, or the circuit could not be opened.</exception>
    public static async Task<CircuitClient> OpenAsync(Uri address, string path, string cookie, Action<byte[]>? draw = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var operations = Component().Matches(page).Select((match, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{match.Groups["marker"].Value}}}""").ToList();
        if (operations.Count == 0)
        {
            throw new HubException($"{path} has nothing interactive.");
        }

        var state = State().Match(page).Groups["state"].Value;
        var client = new CircuitClient(address, cookie, draw);
        try
        {
            await client._connection.StartAsync();
            _ = await client._connection.InvokeAsync<string?>("StartCircuit", address.ToString(), new Uri(address, path).ToString(), "[]", "") ?? throw new HubException("No circuit was opened.");
            await client._connection.SendAsync("UpdateRootComponents", $$"""{"batchId":1,"operations":[{{string.Join(',', operations)}}]}""", WebUtility.HtmlDecode(state));
            await client._drawn.Task.WaitAsync(Patience, TimeProvider.System);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends an event of the page. What comes of it, once it is sent: a <see cref="HubException"/> when the server could not take it.</summary>
    public async Task<Task> RaiseAsync(ulong handler, string eventName, object arguments)
    {
        var call = _events.Count.ToString(CultureInfo.InvariantCulture);
        var answer = _events[call] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var dispatch = JsonSerializer.Serialize<object[]>([new { eventHandlerId = handler, eventName, eventFieldInfo = (object?)null }, arguments]);
        await _connection.SendAsync("BeginInvokeDotNetFromJS", call, null, "DispatchEventAsync", await _page.Task.WaitAsync(Patience, TimeProvider.System), dispatch);
        return answer.Task.WaitAsync(Patience, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [GeneratedRegex("<!--Blazor:(?<marker>\\{\"type\":\"server\".*?\"descriptor\".*?\\})-->")]
    private static partial Regex Component();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^-]*)-->")]
    private static partial Regex State();

    [GeneratedRegex("\"__dotNetObject\":(?<id>[0-9]+)")]
    private static partial Regex DotNetObject();

    /// <summary>MessagePack, under the name by which circuits know it.</summary>
    private sealed class BlazorPack : IHubProtocol
    {
        private readonly MessagePackHubProtocol _pack = new();

        public string Name => "blazorpack";

        public int Version => 1;

        public TransferFormat TransferFormat => _pack.TransferFormat;

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _pack.GetMessageBytes(message);

        public bool IsVersionSupported(int version) => version == Version;

        public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) => _pack.TryParseMessage(ref input, binder, out message);

        public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _pack.WriteMessage(message, output);
    }
}
