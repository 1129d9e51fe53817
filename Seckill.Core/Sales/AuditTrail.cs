using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

/// <param name="UserName">Null: the house itself, or a user who has no account here.</param>
/// <param name="Action"><c>pause</c>, <c>resume</c>, <c>prolong</c>, <c>end</c>, <c>add</c>, <c>withdraw</c> or <c>repair</c>.</param>
/// <param name="Before">JSON: the fields that the action is about, as they were.</param>
/// <param name="After">JSON: the same fields as they are now.</param>
public sealed record AuditView(long AuditEntryId, long UserId, string? UserName, string Action, string Before, string After, DateTime At);

/// <summary>Who changed what about a sale, and when.</summary>
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

        return await db.AuditEntries
            .Where(e => e.SubjectId == saleId)
            .OrderByDescending(e => e.At)
            .ThenByDescending(e => e.Id)
            .Take(MaxEntries)
            .Select(e => new AuditView(
                e.AuditEntryId,
                e.UserId,
                db.Users.Where(u => u.UserId == e.UserId).Select(u => u.UserName).FirstOrDefault(),
                e.Action,
                e.Before,
                e.After,
                e.At))
            .ToListAsync(cancellationToken);
    }
}
