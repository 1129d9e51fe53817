using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

/// <summary>
/// What closing an order brings with it, in the transaction that closes it: its record, the stock and the quota move by exactly
/// the rows that changed.
/// </summary>
internal sealed class OrderClosing(Ledger ledger, StoreClock clock)
{
    /// <summary>Follows up orders closed in this transaction. Whose they were.</summary>
    public async Task<IReadOnlyCollection<long>> FollowAsync(SeckillDbContext db, IReadOnlyCollection<long> seckillIds, SeckillStatus status, CancellationToken cancellationToken)
    {
        var rows = await db.Database
            .SqlQueryRaw<ClosedRow>(ledger.Sql.CloseRecords, Ledger.Json(seckillIds), status.ToString(), clock.Milliseconds)
            .ToListAsync(cancellationToken);
        // Quota before stock, as the order writer takes them, and sales in one order: two who close at once do not wait for each other.
        foreach (var vip in rows.Where(r => r.LimitKind == nameof(LimitKind.Vip)).GroupBy(r => (r.ProductId, r.UserId)))
        {
            var units = vip.Sum(r => r.Quantity);
            await db.VipPurchaseLimits
                .Where(v => v.ProductId == vip.Key.ProductId && v.UserId == vip.Key.UserId)
                .ExecuteUpdateAsync(set => set.SetProperty(v => v.Remaining, v => v.Remaining + units), cancellationToken);
        }

        foreach (var sale in rows.GroupBy(r => r.SaleId).OrderBy(sale => sale.Key))
        {
            var units = sale.Sum(r => r.Quantity);
            await db.Stocks
                .Where(s => s.SaleId == sale.Key)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, s => s.SeckillStock + units), cancellationToken);
        }

        return [.. rows.Select(r => r.UserId).Distinct()];
    }

    private sealed record ClosedRow(long SeckillId, long SaleId, long ProductId, long UserId, int Quantity, string LimitKind);
}
