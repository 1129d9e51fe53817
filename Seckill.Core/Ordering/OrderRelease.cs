using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <summary>
/// Puts the units of closed orders back on sale in Redis, after SQL has said that they are closed. "Closed and not yet released"
/// is a query, so whatever a crash leaves behind the next sweep finds.
/// </summary>
internal sealed partial class OrderRelease(
    IDbContextFactory<SeckillDbContext> contexts, Ledger ledger, ReleaseScript script, StockSignals signals, StoreClock clock, Metering metering, ILogger<OrderRelease> logger)
{
    private const int BatchSize = 1000;

    /// <summary>Releases what is due; how many orders.</summary>
    /// <param name="saleId">Only this sale's; null: all.</param>
    public async Task<int> SweepAsync(long? saleId, CancellationToken cancellationToken)
    {
        var released = 0;
        var skip = new HashSet<long>();
        while (true)
        {
            // The generation is read after the orders were closed: a rebuild that read them as open has a higher one, and then the
            // script answers "not loaded" until that rebuild is done.
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var due = await db.Orders
                .Where(o => o.ClosedAt != null && o.ReleasedAt == null && (saleId == null || o.SaleId == saleId) && !skip.Contains(o.SaleId))
                .OrderBy(o => o.Id)
                .Take(BatchSize)
                .Select(o => new { o.OrderId, o.SeckillId, o.SaleId })
                .ToListAsync(cancellationToken);
            if (due.Count == 0)
            {
                return released;
            }

            foreach (var sale in due.GroupBy(o => o.SaleId))
            {
                var generation = await db.FlashSales.Where(s => s.SaleId == sale.Key).Select(s => s.Generation).SingleAsync(cancellationToken);
                var outcome = await TryReleaseAsync(sale.Key, generation, [.. sale.Select(o => o.SeckillId)]);
                if (outcome == ReleaseOutcome.NotLoaded)
                {
                    signals.Unloaded.Set();
                    skip.Add(sale.Key);
                    continue;
                }

                KillPoint.Pass(KillPoint.Released);
                var orders = Ledger.Json(sale.Select(o => o.OrderId));
                var marked = await ledger.WriteAsync(
                    write => write.Database.ExecuteSqlRawAsync(ledger.Sql.MarkReleased, [orders, clock.Milliseconds], cancellationToken), cancellationToken);
                metering.UnitsReleased.Add(marked);
                released += marked;
                signals.Turned.Set();
            }
        }
    }

    private async Task<ReleaseOutcome> TryReleaseAsync(long saleId, long generation, IReadOnlyCollection<long> seckillIds)
    {
        try
        {
            return await script.RunAsync(new SaleKeys(saleId), generation, backOnSale: true, seckillIds);
        }
        catch (StoreException e)
        {
            LogNotReleased(e, seckillIds.Count, saleId);
            return ReleaseOutcome.NotLoaded;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The units of {Count} closed orders of sale {SaleId} are not back on sale yet; the next sweep tries again")]
    private partial void LogNotReleased(Exception e, int count, long saleId);
}
