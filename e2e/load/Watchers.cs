using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Seckill.Drills;

namespace Seckill.Load;

/// <summary>Many connections to the hub, all watching one product, each noting when it hears of a phase.</summary>
internal sealed class Watchers(Uri address, long productId) : IAsyncDisposable
{
    private const byte End = 0x1e;
    private const int OpenAtOnce = 32;

    // The hub lets go of whoever says nothing for half a minute.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<(ClientWebSocket Socket, Task Listening)> _connections = [];
    private readonly CancellationTokenSource _leaving = new();
    private Task? _pinging;
    private byte[] _phase = [];
    private long[] _heardAt = [];
    private int _heard;

    public int Count => _connections.Count;

    /// <summary>Opens connections until there are so many.</summary>
    public async Task GrowAsync(int count)
    {
        var fresh = count - Count;
        await Parallel.ForEachAsync(Enumerable.Range(0, fresh), new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce }, async (_, _) => await OpenAsync());
        _pinging ??= PingAsync();
    }

    /// <summary>Milliseconds from before <paramref name="act"/> until each has heard that the sale is in a phase, ascending.</summary>
    public async Task<IReadOnlyList<double>> HearAsync(string phase, Func<Task> act)
    {
        _heardAt = new long[Count];
        _heard = 0;
        Volatile.Write(ref _phase, Encoding.UTF8.GetBytes($"\"phase\":\"{phase}\""));
        var began = Stopwatch.GetTimestamp();
        await act();
        var all = await Clock.UntilAsync(() => Task.FromResult(Volatile.Read(ref _heard) == Count), Patience);
        Volatile.Write(ref _phase, []);
        return all
            ? [.. _heardAt.Select(at => Stopwatch.GetElapsedTime(began, at).TotalMilliseconds).Order()]
            : throw new DrillException($"{Count - _heard} of {Count} watchers never heard that the sale is {phase}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_connections.Select(connection => connection.Listening));
        _connections.ForEach(connection => connection.Socket.Dispose());
        _leaving.Dispose();
    }

    private async Task OpenAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new Uri($"ws://{address.Authority}/hubs/sale"), _leaving.Token);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await SendAsync(socket, string.Create(CultureInfo.InvariantCulture, $$"""{"type":1,"target":"Watch","arguments":["{{productId}}"],"invocationId":"1"}"""));
        var buffer = new byte[2048];
        var said = "";
        while (!said.Contains("\"type\":3", StringComparison.Ordinal))
        {
            said += Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, _leaving.Token)).Count);
        }

        lock (_connections)
        {
            _connections.Add((socket, ListenAsync(socket, buffer, _connections.Count)));
        }
    }

    private async Task ListenAsync(ClientWebSocket socket, byte[] buffer, int number)
    {
        var filled = 0;
        try
        {
            while (true)
            {
                filled += (await socket.ReceiveAsync(buffer.AsMemory(filled), _leaving.Token)).Count;
                var phase = Volatile.Read(ref _phase);
                var message = buffer.AsSpan(0, filled);
                if (phase.Length > 0 && message.IndexOf(phase) >= 0 && _heardAt[number] == 0)
                {
                    _heardAt[number] = Stopwatch.GetTimestamp();
                    Interlocked.Increment(ref _heard);
                }

                // What is not whole yet stays.
                var whole = message.LastIndexOf(End) + 1;
                buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
                filled -= whole;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Left, or was thrown out: then somebody misses it.
        }
    }

    private async Task PingAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(PingEvery, TimeProvider.System, _leaving.Token);
                foreach (var (socket, _) in _connections.ToList())
                {
                    await SendAsync(socket, """{"type":6}""");
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
        }
    }

    private async Task SendAsync(ClientWebSocket socket, string message) =>
        await socket.SendAsync(new ReadOnlyMemory<byte>([.. Encoding.UTF8.GetBytes(message), End]), WebSocketMessageType.Text, endOfMessage: true, _leaving.Token);
}
