using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

public sealed record OrderView(
    long OrderId,
    long SeckillId,
    long SaleId,
    long ProductId,
    string ProductName,
    string? ImageUrl,
    OrderStatus Status,
    int Quantity,
    long UnitPriceCents,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime PayBeforeAt,
    DateTime? ClosedAt)
{
    public long TotalCents => UnitPriceCents * Quantity;
}

public sealed class OrderQueries(IDbContextFactory<SeckillDbContext> contexts)
{
    /// <summary>A shopper's orders, newest first.</summary>
    public async Task<Page<OrderView>> ListForAsync(long userId, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var orders = db.Orders.Where(o => o.BuyerId == userId);
        var total = await orders.CountAsync(cancellationToken);
        var items = await View(db, orders.OrderByDescending(o => o.Id).Skip(offset).Take(limit)).ToListAsync(cancellationToken);
        return new(items, total);
    }

    /// <summary>One of a shopper's orders; null when there is none of that id or it is somebody else's.</summary>
    public async Task<OrderView?> FindForAsync(long orderId, long userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await View(db, db.Orders.Where(o => o.OrderId == orderId && o.BuyerId == userId)).SingleOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<OrderView> View(SeckillDbContext db, IQueryable<Order> orders) =>
        from order in orders
        join product in db.Products on order.ProductId equals product.ProductId
        orderby order.Id descending
        select new OrderView(
            order.OrderId,
            order.SeckillId,
            order.SaleId,
            order.ProductId,
            product.Name,
            product.ImageUrl,
            order.Status,
            order.Quantity,
            order.UnitPriceCents,
            order.CreatedAt,
            order.UpdatedAt,
            order.PayBeforeAt,
            order.ClosedAt);
}
