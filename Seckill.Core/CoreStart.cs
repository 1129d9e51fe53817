using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core;

/// <summary>
/// What must be true before anything begins, in its order: the schema, the store, the directory of sales, and with the embedded
/// store every sale rebuilt. It is the first hosted service, so the store stops after everything that uses it.
/// </summary>
internal sealed partial class CoreStart(
    DatabaseStart database, DataDirectory data, StoreConnection store, StoreTrust trust, SaleLife life, OrderNews news, Roles roles, ILogger<CoreStart> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private IDisposable? _lock;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store.IsEmbedded)
        {
            if (!roles.All)
            {
                throw new StartException($"{Roles.Setting} must be empty with the embedded store: it serves one process only. Set ConnectionStrings:Redis to share the work.");
            }

            _lock = data.Lock();
        }

        await database.RunAsync(cancellationToken);
        await store.StartAsync();
        LogStore(store.Description);
        try
        {
            await trust.StartUpAsync(cancellationToken);
            await news.ListenAsync();
            if (roles.Jobs)
            {
                await life.TendAsync(cancellationToken);
            }
        }
        catch (Exception e) when (!store.IsEmbedded && e is (StoreException or RedisException or TimeoutException))
        {
            throw new StartException($"{store.Description} cannot be used: {e.Message.TrimEnd('.')}. Mend it, or correct ConnectionStrings:Redis; leave it empty to use the embedded store.", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        _lock?.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Store: {Store}")]
    private partial void LogStore(string store);
}
