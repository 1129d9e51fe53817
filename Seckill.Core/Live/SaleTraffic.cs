using Microsoft.EntityFrameworkCore;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Live;

/// <summary>What came to a sale until now, over all processes.</summary>
/// <param name="Watchers">Connections that watch its product; null when the sale is not in Redis, or Redis cannot be read.</param>
/// <param name="Granted">Grabs that took units, repeated answers to the same key included; since the key in Redis was made.</param>
/// <param name="Orders">Orders made, whatever became of them.</param>
/// <param name="PaidOrders">Orders paid.</param>
public sealed record SaleTrafficReading(DateTime At, int? Watchers, long Granted, Refusals Refused, int Orders, int PaidOrders)
{
    /// <summary>Paid orders in all orders, 0 to 1; null without an order.</summary>
    public double? Conversion => Orders == 0 ? null : (double)PaidOrders / Orders;

    /// <summary>Orders in all grabs that were answered, 0 to 1; null without one.</summary>
    public double? GrabSuccess => Orders + Refused.Total == 0 ? null : Orders / (double)(Orders + Refused.Total);
}

/// <summary>Who comes to a sale, and what becomes of them. Whose sale it is, is the caller's to check.</summary>
public sealed class SaleTraffic
{
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly SaleTallies _tallies;
    private readonly StoreClock _clock;

    internal SaleTraffic(IDbContextFactory<SeckillDbContext> contexts, SaleTallies tallies, StoreClock clock) => (_contexts, _tallies, _clock) = (contexts, tallies, clock);

    public async Task<SaleTrafficReading> ReadAsync(long saleId, CancellationToken cancellationToken)
    {
        SaleTally? tally = null;
        try
        {
            tally = await _tallies.ReadAsync(new(saleId), _clock.Milliseconds);
        }
        catch (StoreException)
        {
            // The history knows it, but for the last seconds.
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var orders = await db.Orders
            .Where(o => o.SaleId == saleId)
            .GroupBy(o => o.Status == OrderStatus.Paid)
            .Select(group => new { Paid = group.Key, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var refused = tally is { Seeded: true }
            ? Refusals.Of(tally.Counts)
            : await db.SaleSamples.Where(s => s.SaleId == saleId).OrderByDescending(s => s.At).Select(s => s.Refusals).FirstOrDefaultAsync(cancellationToken) ?? Refusals.None;
        return new(
            _clock.UtcNow,
            tally?.Watchers,
            tally?.Counts.GetValueOrDefault(nameof(Grabbing.GrabOutcome.Granted)) ?? 0,
            refused,
            orders.Sum(o => o.Count),
            orders.Where(o => o.Paid).Sum(o => o.Count));
    }
}
