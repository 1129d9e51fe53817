using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Recovery;

/// <summary>
/// Decides whether the store that answers is the one SQL agrees with, and keeps the one clock. A Redis with another run id may have
/// lost its last moments: then every live sale gets a new generation in SQL before a single grab is sent, and is rebuilt.
/// </summary>
internal sealed partial class StoreTrust(
    StoreConnection store, IDbContextFactory<SeckillDbContext> contexts, DirectoryRefresh refresh, StockSignals signals, StoreClock clock, ReadStoreTime readTime, ILogger<StoreTrust> logger)
    : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    private readonly Pulse _changed = new();
    private string? _adopted;

    /// <summary>Compares run ids and takes the first reading of the clock.</summary>
    public async Task StartUpAsync(CancellationToken cancellationToken)
    {
        store.Changed += _changed.Set;
        await CompareAsync(cancellationToken);
        await MeasureAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store.IsEmbedded)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(store.IsTrusted ? MeasureEvery : RetryEvery, clock.Time, stoppingToken);
                await CompareAsync(stoppingToken);
                await MeasureAsync();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception e) when (e is StoreException or RedisException or TimeoutException)
            {
                // Still away: looked at again in a moment, and said once when it went.
            }
            catch (Exception e)
            {
                LogFailed(e);
            }
        }
    }

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        // A connection that is lost again after this look is not trusted for what it found.
        var losses = store.Losses;
        var runId = store.IsEmbedded ? $"embedded {Guid.NewGuid():N}" : await store.ReadRunIdAsync();
        if (store.IsTrusted && runId == _adopted)
        {
            return;
        }

        if (await AdoptAsync(runId, cancellationToken) && !store.IsEmbedded)
        {
            LogAnotherRun(store.Description);
        }

        // Grabs carry the generation that the directory knows: it must know the new one before the first is sent.
        await refresh.RunAsync(cancellationToken);
        _adopted = runId;
        store.Trust(losses);
        signals.Unloaded.Set();
    }

    private async Task<bool> AdoptAsync(string runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var changed = await db.House
            .Where(h => h.Id == House.TheOne && (h.StoreRunId == null || h.StoreRunId != runId))
            .ExecuteUpdateAsync(set => set.SetProperty(h => h.StoreRunId, runId), cancellationToken);
        if (changed == 1)
        {
            await db.FlashSales
                .Where(s => s.State != SaleState.Closed)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, s => s.Generation + 1), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return changed == 1;
    }

    private async Task MeasureAsync()
    {
        if (store.IsEmbedded)
        {
            return;
        }

        var askedAt = clock.Time.GetTimestamp();
        clock.Set(await readTime(), askedAt);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} is not the run that SQL knows: every live sale is rebuilt from SQL")]
    private partial void LogAnotherRun(string store);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be compared with SQL; trying again")]
    private partial void LogFailed(Exception e);
}
