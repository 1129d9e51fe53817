[assembly: AssemblyFixture(typeof(Seckill.Tests.Shared.SharedRedis))]

namespace Seckill.Tests.Shared;

public enum Store
{
    Embedded,
    Redis,
}

/// <summary>One redis-server for all tests that do not harm it; each gets a database of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private static int _databases;
    private static RedisServer? _server;

    public static string NextDatabase() => $"{_server!.ConnectionString},defaultDatabase={Interlocked.Increment(ref _databases)}";

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartNewAsync();

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();
}
