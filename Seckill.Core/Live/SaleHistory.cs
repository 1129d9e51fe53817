using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Live;

/// <summary>How a sale stood at one moment.</summary>
/// <param name="Granted">Grabs that took units since the sale opened.</param>
/// <param name="Refusals">Grabs that were refused, over all processes.</param>
/// <param name="Watchers">Connections that watched the product, over all processes.</param>
public sealed record SaleMoment(DateTime At, int Left, int Queued, int AwaitingPayment, int Paid, long Granted, Refusals Refusals, int Watchers);

/// <summary>How a sale went, for its seller: while it runs and afterwards.</summary>
public sealed class SaleHistory(IDbContextFactory<SeckillDbContext> contexts)
{
    /// <summary>The sale's moments, oldest first, some hundred at most; null when there is no such sale or it is somebody else's.</summary>
    public async Task<IReadOnlyList<SaleMoment>?> ListAsync(long sellerId, long saleId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.FlashSales.AnyAsync(s => s.SaleId == saleId && s.SellerId == sellerId, cancellationToken))
        {
            return null;
        }

        return await db.SaleSamples
            .Where(s => s.SaleId == saleId)
            .OrderBy(s => s.At)
            .Select(s => new SaleMoment(s.At, s.Left, s.Queued, s.AwaitingPayment, s.Paid, s.Granted, s.Refusals, s.Watchers))
            .ToListAsync(cancellationToken);
    }
}
