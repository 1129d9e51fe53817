using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Drills;

namespace Seckill.Load;

/// <summary>Interactive pages, opened and kept open as a browser does it, without a browser.</summary>
internal sealed partial class Circuits(Uri address, string cookie) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<HubConnection> _open = [];

    public async Task OpenAsync(string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var components = string.Join(',', Component().Matches(page).Select(match => match.Groups["marker"].Value));
        if (components.Length == 0)
        {
            throw new DrillException($"{path} has nothing interactive.");
        }

        var state = State().Match(page).Groups["state"].Value;
        var builder = new HubConnectionBuilder().WithUrl(new Uri(address, "/_blazor"), HttpTransportType.WebSockets, options =>
        {
            options.SkipNegotiation = true;
            options.Headers["Cookie"] = cookie;
        });
        builder.Services.RemoveAll<IHubProtocol>();
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        var connection = builder.Build();
        var rendered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<int, string>("JS.AttachComponent", (_, _) => { });
        connection.On<long, byte[]>("JS.RenderBatch", async (batch, _) =>
        {
            rendered.TrySetResult();
            await connection.SendAsync("OnRenderCompleted", batch, null);
        });
        connection.On<string>("JS.Error", words => rendered.TrySetException(new DrillException($"The circuit failed: {words}")));
        await connection.StartAsync();
        lock (_open)
        {
            _open.Add(connection);
        }

        var circuit = await connection.InvokeAsync<string?>("StartCircuit", address.ToString(), new Uri(address, path).ToString(), $"[{components}]", WebUtility.HtmlDecode(state));
        if (circuit is null)
        {
            throw new DrillException("No circuit was opened.");
        }

        await rendered.Task.WaitAsync(Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open)
        {
            await connection.DisposeAsync();
        }
    }

    [GeneratedRegex("<!--Blazor:(?<marker>\\{\"type\":\"server\".*?\"descriptor\".*?\\})-->")]
    private static partial Regex Component();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^-]*)-->")]
    private static partial Regex State();

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
