using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

/// <summary>A product and a moment name one sale.</summary>
internal static class SaleCalendar
{
    /// <summary>
    /// Makes everybody else who locks this product wait until the transaction ends, so that looking at its sales and adding one
    /// cannot interleave with another doing the same. The product's row is the lock, and its row count says whether it is the seller's.
    /// </summary>
    public static async Task<bool> LockAsync(SeckillDbContext db, long productId, long sellerId, CancellationToken cancellationToken) =>
        await db.Products
            .Where(p => p.ProductId == productId && p.SellerId == sellerId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UpdatedAt, p => p.UpdatedAt), cancellationToken) == 1;

    /// <summary>Whether a sale from <paramref name="opensAt"/> until just before <paramref name="endsAt"/> would overlap another of the product. Ask under the lock.</summary>
    /// <param name="saleId">The sale itself, 0 for a new one.</param>
    public static Task<bool> OverlapsAsync(
        SeckillDbContext db, long productId, long saleId, DateTime opensAt, DateTime endsAt, CancellationToken cancellationToken) =>
        db.FlashSales.AnyAsync(
            s => s.ProductId == productId && s.SaleId != saleId && s.OpensAt < endsAt && s.EndsAt > opensAt

                // One that was called off has ended before it opened.
                && s.EndsAt > s.OpensAt,
            cancellationToken);

    /// <summary>When a change of what was read at <paramref name="updatedAt"/> happens: now, but never the same moment, or a second change could not tell them apart.</summary>
    public static DateTime After(DateTime updatedAt, StoreClock clock)
    {
        var now = clock.UtcNow;
        return now > updatedAt ? now : updatedAt.AddMilliseconds(1);
    }
}
