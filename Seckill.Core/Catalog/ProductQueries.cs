using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Catalog;

/// <param name="PriceCents">The list price.</param>
/// <param name="Archived">Not in the shop any more; its page stays for whoever has its address.</param>
public sealed record ProductView(long ProductId, string Name, string Description, long PriceCents, string? ImageUrl, long SellerId, DateTime UpdatedAt, bool Archived = false);

public sealed class ProductQueries(IDbContextFactory<SeckillDbContext> contexts)
{
    /// <summary>The shop's products, newest first.</summary>
    public async Task<Page<ProductView>> ListAsync(int offset, int limit, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var products = db.Products.Where(p => !p.Archived);
        var total = await products.CountAsync(cancellationToken);
        var items = await View(products.OrderByDescending(p => p.Id).Skip(offset).Take(limit)).ToListAsync(cancellationToken);
        return new(items, total);
    }

    public async Task<ProductView?> FindAsync(long productId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await View(db.Products.Where(p => p.ProductId == productId)).SingleOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<ProductView> View(IQueryable<Product> products) =>
        products.Select(p => new ProductView(p.ProductId, p.Name, p.Description, p.PriceCents, p.ImageUrl, p.SellerId, p.UpdatedAt, p.Archived));
}
