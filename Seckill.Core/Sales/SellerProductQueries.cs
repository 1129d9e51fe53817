using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

public enum ProductOrder
{
    Newest,
    Name,
    Price,
    Updated,
}

/// <summary>A product as its seller sees it in a list.</summary>
/// <param name="PriceCents">The list price.</param>
/// <param name="Limit">Units one shopper may buy in one sale.</param>
public sealed record ProductLine(long ProductId, string Name, string Description, long PriceCents, string? ImageUrl, int Limit, DateTime UpdatedAt, bool Archived);

/// <summary>A shopper's own quota.</summary>
/// <param name="UserName">Null for a user of another system.</param>
public sealed record VipQuota(long UserId, string? UserName, int Remaining);

/// <summary>A seller's own products, their limits and their shoppers' quotas.</summary>
public sealed class SellerProductQueries(IDbContextFactory<SeckillDbContext> contexts)
{
    /// <param name="query">Part of a name, or a whole product id; null or empty: all.</param>
    /// <param name="archived">Only those that are, or only those that are not; null: all.</param>
    public async Task<Page<ProductLine>> ListAsync(
        long sellerId, string? query, bool? archived, ProductOrder order, bool descending, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var products = db.Products.Where(p => p.SellerId == sellerId && (archived == null || p.Archived == archived));
        if (query?.Trim() is { Length: > 0 } part)
        {
            var pattern = $"%{part.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_").Replace("[", "\\[")}%";
            var productId = long.TryParse(part, out var id) ? id : 0;
            products = products.Where(p => EF.Functions.Like(p.Name, pattern, "\\") || p.ProductId == productId);
        }

        var total = await products.CountAsync(cancellationToken);
        var items = await Sorted(products, order, descending)
            .Skip(offset)
            .Take(limit)
            .Select(p => new ProductLine(
                p.ProductId,
                p.Name,
                p.Description,
                p.PriceCents,
                p.ImageUrl,
                db.PurchaseLimits.Where(l => l.ProductId == p.ProductId).Select(l => (int?)l.Quantity).FirstOrDefault() ?? PurchaseLimit.Default,
                p.UpdatedAt,
                p.Archived))
            .ToListAsync(cancellationToken);
        return new(items, total);
    }

    /// <summary>One of the seller's products with its limit; null when there is none of that id or it is somebody else's.</summary>
    public async Task<(ProductView Product, int Limit)?> FindAsync(long sellerId, long productId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var product = await db.Products
            .Where(p => p.ProductId == productId && p.SellerId == sellerId)
            .Select(p => new ProductView(p.ProductId, p.Name, p.Description, p.PriceCents, p.ImageUrl, p.SellerId, p.UpdatedAt, p.Archived))
            .SingleOrDefaultAsync(cancellationToken);
        if (product is null)
        {
            return null;
        }

        var limit = await db.PurchaseLimits.Where(l => l.ProductId == productId).Select(l => (int?)l.Quantity).SingleOrDefaultAsync(cancellationToken);
        return (product, limit ?? PurchaseLimit.Default);
    }

    /// <summary>The quotas of one of the seller's products, newest first; none of somebody else's.</summary>
    public async Task<Page<VipQuota>> ListQuotasAsync(long sellerId, long productId, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var quotas = db.VipPurchaseLimits.Where(v => v.ProductId == productId && db.Products.Any(p => p.ProductId == productId && p.SellerId == sellerId));
        var total = await quotas.CountAsync(cancellationToken);
        var items = await quotas
            .OrderByDescending(v => v.Id)
            .Skip(offset)
            .Take(limit)
            .Select(v => new VipQuota(v.UserId, db.Users.Where(u => u.UserId == v.UserId).Select(u => u.UserName).FirstOrDefault(), v.Remaining))
            .ToListAsync(cancellationToken);
        return new(items, total);
    }

    /// <summary>The shopper of that name, or else of that id, who may live in another system; null when it is neither.</summary>
    public async Task<long?> FindShopperAsync(string? nameOrId, CancellationToken cancellationToken)
    {
        var name = AccountRules.Normalize(nameOrId ?? "");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var userId = await db.Users.Where(u => u.NormalizedUserName == name).Select(u => (long?)u.UserId).SingleOrDefaultAsync(cancellationToken);
        return userId ?? (long.TryParse(name, out var id) && id > 0 ? id : null);
    }

    // The key last, so that equal ones keep their places from page to page.
    private static IQueryable<Product> Sorted(IQueryable<Product> products, ProductOrder order, bool descending) => (order, descending) switch
    {
        (ProductOrder.Name, false) => products.OrderBy(p => p.Name).ThenBy(p => p.Id),
        (ProductOrder.Name, true) => products.OrderByDescending(p => p.Name).ThenBy(p => p.Id),
        (ProductOrder.Price, false) => products.OrderBy(p => p.PriceCents).ThenBy(p => p.Id),
        (ProductOrder.Price, true) => products.OrderByDescending(p => p.PriceCents).ThenBy(p => p.Id),
        (ProductOrder.Updated, false) => products.OrderBy(p => p.UpdatedAt).ThenBy(p => p.Id),
        (ProductOrder.Updated, true) => products.OrderByDescending(p => p.UpdatedAt).ThenBy(p => p.Id),
        _ => products.OrderByDescending(p => p.Id),
    };
}
