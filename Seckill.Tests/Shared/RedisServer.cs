using System.Diagnostics;
using StackExchange.Redis;

namespace Seckill.Tests.Shared;

/// <summary>A real redis-server of its own on 127.0.0.1, with an append-only file in a directory of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("seckill-redis-").FullName;
    private readonly int _port = Ports.Free();
    private Process? _process;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public int ProcessId => _process!.Id;

    public static async Task<RedisServer> StartNewAsync()
    {
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("redis-server",
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _directory, "--databases", "4096",
            "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "warning",
        ])
        { RedirectStandardOutput = true })!;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var probe = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
                await probe.GetDatabase().PingAsync();
                return;
            }
            catch (RedisException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    /// <summary>As a power loss of the machine it runs on, but for what the system had already written.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Forgets everything it has on disk. Only while it does not run.</summary>
    public void Wipe()
    {
        Directory.Delete(_directory, recursive: true);
        Directory.CreateDirectory(_directory);
    }

    /// <summary>Loses the last part of what it wrote, as a power loss does with what had not reached the disk. Only while it does not run.</summary>
    /// <param name="part">Of all, from 0 to 1.</param>
    public void CutTail(double part)
    {
        var newest = new DirectoryInfo(Path.Combine(_directory, "appendonlydir")).GetFiles("*.incr.aof").MaxBy(file => file.LastWriteTimeUtc)!;
        using var file = newest.Open(FileMode.Open, FileAccess.Write);
        file.SetLength((long)(file.Length * (1 - part)));
    }

    /// <summary>One command, by a connection of its own.</summary>
    public async Task AskAsync(string command, params object[] arguments)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},allowAdmin=true");
        await connection.GetDatabase().ExecuteAsync(command, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
