using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

/// <param name="UserName">Null: the house itself, or a user who has no account here.</param>
/// <param name="Action">
/// Of a sale: <c>edit</c>, <c>pause</c>, <c>resume</c>, <c>prolong</c>, <c>end</c>, <c>add</c>, <c>withdraw</c>, <c>repair</c> or <c>again</c>; of a product: <c>limit</c>, <c>quota</c>,
/// <c>archive</c> or <c>restore</c>.
/// </param>
/// <param name="Before">JSON: the fields that the action is about, as they were.</param>
/// <param name="After">JSON: the same fields as they are now.</param>
public sealed record AuditView(long AuditEntryId, long UserId, string? UserName, string Action, string Before, string After, DateTime At);

/// <summary>Who changed what about a sale or a product, and when.</summary>
public sealed class AuditTrail(IDbContextFactory<SeckillDbContext> contexts)
{
    /// <summary>The most entries that are listed.</summary>
    public const int MaxEntries = 500;

    /// <summary>The entries of one sale, newest first; null when there is no such sale or it is somebody else's.</summary>
    public async Task<IReadOnlyList<AuditView>?> ListAsync(long sellerId, long saleId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.FlashSales.AnyAsync(s => s.SaleId == saleId && s.SellerId == sellerId, cancellationToken))
        {
            return null;
        }

        return await View(db, saleId).Take(MaxEntries).ToListAsync(cancellationToken);
    }

    /// <summary>The entries of one product, newest first; null when there is no such product or it is somebody else's.</summary>
    public async Task<Page<AuditView>?> ListOfProductAsync(long sellerId, long productId, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Products.AnyAsync(p => p.ProductId == productId && p.SellerId == sellerId, cancellationToken))
        {
            return null;
        }

        var total = await db.AuditEntries.CountAsync(e => e.SubjectId == productId, cancellationToken);
        return new(await View(db, productId).Skip(offset).Take(limit).ToListAsync(cancellationToken), total);
    }

    private static IQueryable<AuditView> View(SeckillDbContext db, long subjectId) =>
        db.AuditEntries
            .Where(e => e.SubjectId == subjectId)
            .OrderByDescending(e => e.At)
            .ThenByDescending(e => e.Id)
            .Select(e => new AuditView(
                e.AuditEntryId,
                e.UserId,
                db.Users.Where(u => u.UserId == e.UserId).Select(u => u.UserName).FirstOrDefault(),
                e.Action,
                e.Before,
                e.After,
                e.At));
}
