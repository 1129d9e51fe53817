using Microsoft.EntityFrameworkCore;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Sales;

/// <param name="Limit">Units this shopper may hold and buy in the sale.</param>
/// <param name="Held">Units they hold or bought in it already.</param>
public sealed record Allowance(int Limit, int Held);

public sealed class Allowances
{
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly SaleDirectory _directory;
    private readonly SaleGate _gate;
    private readonly StoreClock _clock;

    internal Allowances(IDbContextFactory<SeckillDbContext> contexts, SaleDirectory directory, SaleGate gate, StoreClock clock) =>
        (_contexts, _directory, _gate, _clock) = (contexts, directory, gate, clock);

    /// <summary>What a shopper may still have of the product's current sale. Without a sale: the product's limit and 0.</summary>
    public async Task<Allowance> FindAsync(long productId, long userId, CancellationToken cancellationToken)
    {
        var sale = _directory.Find(productId, _clock.UtcNow);
        try
        {
            if (sale is { Closed: false } && await _gate.ReadAllowanceAsync(sale.Keys, userId) is { } live)
            {
                return new(live.Limit, live.Held);
            }
        }
        catch (StoreException)
        {
            // SQL knows it too, but for what is queued at this moment.
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var quota = await db.VipPurchaseLimits
            .Where(v => v.ProductId == productId && v.UserId == userId)
            .Select(v => (int?)v.Remaining)
            .SingleOrDefaultAsync(cancellationToken);
        var limit = await db.PurchaseLimits.Where(l => l.ProductId == productId).Select(l => (int?)l.Quantity).SingleOrDefaultAsync(cancellationToken);
        var mine = sale is null
            ? []
            : await db.SeckillRecords
                .Where(r => r.SaleId == sale.SaleId && r.UserId == userId && (r.Status == SeckillStatus.PendingPayment || r.Status == SeckillStatus.Paid))
                .Select(r => new { r.Quantity, r.LimitKind })
                .ToListAsync(cancellationToken);
        return new(
            quota is null ? limit ?? PurchaseLimit.Default : quota.Value + mine.Where(r => r.LimitKind == LimitKind.Vip).Sum(r => r.Quantity),
            mine.Sum(r => r.Quantity));
    }
}
