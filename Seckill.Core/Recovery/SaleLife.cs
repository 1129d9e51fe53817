using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core.Recovery;

/// <summary>
/// A sale's life in Redis: put there ahead of its opening, rebuilt when it is missing or of another generation, made to follow what
/// SQL decided, and taken out when it has ended and none of its orders is open or unreleased.
/// </summary>
internal sealed partial class SaleLife(
    IDbContextFactory<SeckillDbContext> contexts,
    DirectoryRefresh refresh,
    SaleDirectory directory,
    SaleRebuild rebuild,
    SaleGate gate,
    StoreConnection store,
    StockSignals signals,
    StoreClock clock,
    ILogger<SaleLife> logger)
{
    // A grab decided in the last moment before the end may still be on its way to the queue.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private enum Want
    {
        Nothing,
        Rebuild,
        Steer,
        Close,
    }

    private bool _leftoversDropped;

    /// <summary>Looks after every sale that is not closed.</summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        if (!store.IsTrusted)
        {
            return;
        }

        await refresh.RunAsync(cancellationToken);
        await DropLeftoversAsync();
        foreach (var sale in await WantingAsync())
        {
            try
            {
                await TendAsync(sale, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(e, sale.SaleId);
            }
        }
    }

    // A process that died between SQL's word and the drop leaves the keys of a closed sale behind.
    private async Task DropLeftoversAsync()
    {
        if (!_leftoversDropped)
        {
            foreach (var sale in directory.Closed)
            {
                await gate.DropAsync(sale.Keys, sale.Generation);
            }

            _leftoversDropped = true;
        }
    }

    /// <summary>Makes Redis agree with what SQL says now about one sale. False when that has to wait for the next look.</summary>
    public async Task<bool> TendAsync(long saleId, CancellationToken cancellationToken)
    {
        await refresh.RunAsync(cancellationToken);
        return directory.FindSale(saleId) is { Closed: false } sale && await TendAsync(sale, cancellationToken);
    }

    // Most want nothing, so all are asked in one go; who wants something is asked again when its turn comes.
    private async Task<List<SaleCard>> WantingAsync()
    {
        var now = clock.UtcNow;
        var sales = directory.Live.Where(sale => sale.BelongsInRedis(now)).ToList();
        var readings = await Task.WhenAll(sales.Select(sale => gate.ReadAsync(sale.Keys)));
        return [.. sales.Where((sale, i) => WantOf(sale, readings[i], now) != Want.Nothing)];
    }

    private static Want WantOf(SaleCard sale, SaleReading? reading, DateTime now) => reading switch
    {
        null or { Rebuilding: true } => Want.Rebuild,
        _ when reading.Generation != sale.Generation => Want.Rebuild,
        _ when reading.Version < sale.Version
            || reading.Paused != sale.Paused
            || reading.OpensAt != sale.OpensAt.ToMilliseconds()
            || reading.EndsAt != sale.EndsAt.ToMilliseconds() => Want.Steer,
        _ when now > sale.EndsAt + Grace && reading.QueueLength == 0 => Want.Close,
        _ => Want.Nothing,
    };

    private async Task<bool> TendAsync(SaleCard sale, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        switch (sale.BelongsInRedis(now) ? WantOf(sale, await gate.ReadAsync(sale.Keys), now) : Want.Nothing)
        {
            case Want.Rebuild:
                return await rebuild.RunAsync(sale.SaleId, cancellationToken);

            case Want.Steer:
                var followed = await gate.SteerAsync(sale) == GateOutcome.Done;
                signals.Turned.Set();
                return followed;

            case Want.Close when await gate.CloseAsync(sale.Keys, sale.Generation) && await CloseAsync(sale, cancellationToken):
                await gate.DropAsync(sale.Keys, sale.Generation);
                LogClosed(sale.SaleId);
                await refresh.RunAsync(cancellationToken);
                signals.Turned.Set();
                return true;

            default:
                return true;
        }
    }

    // Under the generation that the empty queue was read with: a rebuild or a prolonged end in between wins.
    private async Task<bool> CloseAsync(SaleCard sale, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.FlashSales
            .Where(s => s.SaleId == sale.SaleId && s.State != SaleState.Closed && s.Generation == sale.Generation && s.EndsAt == sale.EndsAt)
            .Where(s => !db.Orders.Any(o => o.SaleId == s.SaleId && (o.Status == Ordering.OrderStatus.PendingPayment || (o.ClosedAt != null && o.ReleasedAt == null))))
            .Where(s => !db.StockChanges.Any(c => c.SaleId == s.SaleId && c.Status == StockChangeStatus.Started))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SaleState.Closed), cancellationToken) == 1;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {SaleId} is closed: every order is final, every unit accounted for")]
    private partial void LogClosed(long saleId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sale {SaleId} could not be looked after; trying again")]
    private partial void LogFailed(Exception e, long saleId);
}

/// <summary>Tends the sales and keeps the directory fresh. Every process refreshes its directory; those with the jobs role also tend.</summary>
internal sealed partial class SaleLifeService(
    SaleLife life, DirectoryRefresh refresh, SaleDirectory directory, StockSignals signals, Roles roles, StoreClock clock, ILogger<SaleLifeService> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            LoopAsync(refresh.RunAsync, directory.Stale, stoppingToken),
            roles.Jobs ? LoopAsync(life.TendAsync, signals.Unloaded, stoppingToken) : Task.CompletedTask);

    private async Task LoopAsync(Func<CancellationToken, Task> work, Pulse pulse, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                await pulse.WaitAsync(Every, clock.Time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(Every, clock.Time, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sales could not be looked after; trying again")]
    private partial void LogFailed(Exception e);
}
