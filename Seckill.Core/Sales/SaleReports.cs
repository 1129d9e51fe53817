using Microsoft.EntityFrameworkCore;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

/// <summary>How a sale went.</summary>
/// <param name="Units">On sale in the end, changes by the seller included.</param>
/// <param name="Sold">Units paid.</param>
/// <param name="Returned">Units that came back from cancelled and timed-out orders.</param>
/// <param name="Resold">How many of those had to be taken again: what was ordered beyond the units on sale.</param>
/// <param name="SoldOutAfter">From the opening until the last unit was taken for the first time; null: never, or not known.</param>
/// <param name="Orders">Orders made, whatever became of them.</param>
/// <param name="PaidOrders">Orders paid.</param>
/// <param name="Conversion">Paid orders in all orders, 0 to 1; null without an order.</param>
/// <param name="RevenueCents">What was paid.</param>
/// <param name="Refused">Grabs that took nothing.</param>
/// <param name="GrabSuccess">Orders in all grabs that were answered, 0 to 1; null without one.</param>
/// <param name="MostWatchers">Connections that watched the product at the same time, at most, as far as it was written down.</param>
public sealed record SaleReport(
    SellerSaleView Sale,
    int Units,
    int Sold,
    int Returned,
    int Resold,
    TimeSpan? SoldOutAfter,
    int Orders,
    int PaidOrders,
    double? Conversion,
    long RevenueCents,
    Refusals Refused,
    double? GrabSuccess,
    int MostWatchers,
    SaleAccount Account);

/// <summary>How a seller's own sale went, while it runs and afterwards.</summary>
public sealed class SaleReports(IDbContextFactory<SeckillDbContext> contexts, SellerSales sales, SaleAccounts accounts, SaleTraffic traffic)
{
    /// <summary>Null when there is no such sale or it is somebody else's.</summary>
    public async Task<SaleReport?> FindAsync(long sellerId, long saleId, CancellationToken cancellationToken)
    {
        if (await sales.FindAsync(sellerId, saleId, cancellationToken) is not { } sale
            || await accounts.FindAsync(saleId, sellerId, cancellationToken) is not { } account)
        {
            return null;
        }

        var came = await traffic.ReadAsync(saleId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var orders = await db.Orders
            .Where(o => o.SaleId == saleId)
            .GroupBy(o => o.Status)
            .Select(group => new { Status = group.Key, Orders = group.Count(), Units = group.Sum(o => o.Quantity), Cents = group.Sum(o => o.UnitPriceCents * o.Quantity) })
            .ToListAsync(cancellationToken);
        var (all, paid) = (orders.Sum(o => o.Orders), orders.SingleOrDefault(o => o.Status == OrderStatus.Paid));
        var returned = orders.Where(o => o.Status is OrderStatus.Cancelled or OrderStatus.TimedOut).Sum(o => o.Units);
        return new(
            sale,
            sale.Units,
            paid?.Units ?? 0,
            returned,
            Math.Clamp(orders.Sum(o => o.Units) - sale.Units, 0, returned),
            await FindSoldOutAfterAsync(db, sale, paid?.Units ?? 0, cancellationToken),
            all,
            paid?.Orders ?? 0,
            all == 0 ? null : (double)(paid?.Orders ?? 0) / all,
            paid?.Cents ?? 0,
            came.Refused,
            came.GrabSuccess,
            await db.SaleSamples.Where(s => s.SaleId == saleId).MaxAsync(s => (int?)s.Watchers, cancellationToken) ?? 0,
            account);
    }

    // The samples say that nothing was left, a few seconds late; the last grab before says when that began.
    private static async Task<TimeSpan?> FindSoldOutAfterAsync(SeckillDbContext db, SellerSaleView sale, int paid, CancellationToken cancellationToken)
    {
        var seen = await db.SaleSamples
            .Where(s => s.SaleId == sale.SaleId && s.Left <= 0)
            .OrderBy(s => s.At)
            .Select(s => (DateTime?)s.At)
            .FirstOrDefaultAsync(cancellationToken);
        if (seen is null && paid < sale.Units)
        {
            return null;
        }

        var last = await db.SeckillRecords
            .Where(r => r.SaleId == sale.SaleId && r.OrderId != null && (seen == null || r.GrabbedAt <= seen))
            .MaxAsync(r => (DateTime?)r.GrabbedAt, cancellationToken);
        return last is null ? null : last > sale.OpensAt ? last - sale.OpensAt : TimeSpan.Zero;
    }
}
