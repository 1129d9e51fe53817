using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

/// <summary>Which of a seller's orders; what is null does not matter.</summary>
/// <param name="From">Created then or later.</param>
/// <param name="To">Created before.</param>
public sealed record OrderFilter(
    long? SaleId = null, long? ProductId = null, OrderStatus? Status = null, long? BuyerId = null, DateTime? From = null, DateTime? To = null);

/// <param name="BuyerName">Null: a buyer who has no account here.</param>
/// <param name="ReleasedAt">When the units of a closed order were back on sale.</param>
public sealed record SellerOrderView(
    long OrderId,
    long SeckillId,
    long SaleId,
    long ProductId,
    string ProductName,
    long BuyerId,
    string? BuyerName,
    OrderStatus Status,
    int Quantity,
    long UnitPriceCents,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime PayBeforeAt,
    DateTime? ClosedAt,
    DateTime? ReleasedAt)
{
    public long TotalCents => UnitPriceCents * Quantity;
}

public enum OrderStepKind
{
    Grabbed,
    Created,
    Paid,
    Cancelled,
    TimedOut,

    /// <summary>The units are back on sale.</summary>
    Released,
}

/// <summary>One thing that happened to an order.</summary>
public sealed record OrderStep(OrderStepKind Kind, DateTime At);

/// <param name="Timeline">What happened, in its order.</param>
public sealed record SellerOrderDetail(SellerOrderView Order, IReadOnlyList<OrderStep> Timeline);

/// <summary>The orders of a seller's own sales.</summary>
public sealed class SellerOrders(IDbContextFactory<SeckillDbContext> contexts)
{
    private const int ExportBatch = 1000;

    /// <summary>Orders, newest first.</summary>
    public async Task<Page<SellerOrderView>> ListAsync(long sellerId, OrderFilter filter, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var orders = Filtered(db, sellerId, filter);
        var total = await orders.CountAsync(cancellationToken);
        var items = await View(db, orders.OrderByDescending(o => o.Id).Skip(offset).Take(limit)).ToListAsync(cancellationToken);
        return new(items, total);
    }

    /// <summary>One order and what happened to it; null when there is none of that id or it is somebody else's.</summary>
    public async Task<SellerOrderDetail?> FindAsync(long sellerId, long orderId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var order = await View(db, db.Orders.Where(o => o.OrderId == orderId && o.SellerId == sellerId)).SingleOrDefaultAsync(cancellationToken);
        if (order is null)
        {
            return null;
        }

        var grabbedAt = await db.SeckillRecords.Where(r => r.SeckillId == order.SeckillId).Select(r => (DateTime?)r.GrabbedAt).SingleOrDefaultAsync(cancellationToken);
        return new(order, [.. StepsOf(order, grabbedAt)]);
    }

    /// <summary>
    /// All orders of the filter, newest first, read a thousand at a time: no list is held in memory and no transaction is kept
    /// open while somebody downloads. Orders that come meanwhile are left out.
    /// </summary>
    public async IAsyncEnumerable<SellerOrderView> ExportAsync(long sellerId, OrderFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        while (true)
        {
            List<Numbered> batch;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                var orders = Filtered(db, sellerId, filter).Where(o => o.Id < before).OrderByDescending(o => o.Id).Take(ExportBatch);
                var keys = await orders.Select(o => new { o.Id, o.OrderId }).ToListAsync(cancellationToken);
                var views = (await View(db, orders).ToListAsync(cancellationToken)).ToDictionary(view => view.OrderId);

                // A row may leave the filter between the two looks, by being paid; then it is left out.
                batch = [.. keys.Select(key => new Numbered(key.Id, views.GetValueOrDefault(key.OrderId)))];
            }

            foreach (var (_, view) in batch)
            {
                if (view is not null)
                {
                    yield return view;
                }
            }

            if (batch.Count < ExportBatch)
            {
                yield break;
            }

            before = batch[^1].Id;
        }
    }

    private static IQueryable<Order> Filtered(SeckillDbContext db, long sellerId, OrderFilter filter)
    {
        var orders = db.Orders.Where(o => o.SellerId == sellerId);
        orders = filter.SaleId is { } saleId ? orders.Where(o => o.SaleId == saleId) : orders;
        orders = filter.ProductId is { } productId ? orders.Where(o => o.ProductId == productId) : orders;
        orders = filter.Status is { } status ? orders.Where(o => o.Status == status) : orders;
        orders = filter.BuyerId is { } buyerId ? orders.Where(o => o.BuyerId == buyerId) : orders;
        orders = filter.From is { } from ? orders.Where(o => o.CreatedAt >= from) : orders;
        return filter.To is { } to ? orders.Where(o => o.CreatedAt < to) : orders;
    }

    private static IQueryable<SellerOrderView> View(SeckillDbContext db, IQueryable<Order> orders) =>
        from order in orders
        join product in db.Products on order.ProductId equals product.ProductId
        orderby order.Id descending
        select new SellerOrderView(
            order.OrderId,
            order.SeckillId,
            order.SaleId,
            order.ProductId,
            product.Name,
            order.BuyerId,
            db.Users.Where(u => u.UserId == order.BuyerId).Select(u => u.UserName).FirstOrDefault(),
            order.Status,
            order.Quantity,
            order.UnitPriceCents,
            order.CreatedAt,
            order.UpdatedAt,
            order.PayBeforeAt,
            order.ClosedAt,
            order.ReleasedAt);

    private static IEnumerable<OrderStep> StepsOf(SellerOrderView order, DateTime? grabbedAt)
    {
        if (grabbedAt is { } grabbed)
        {
            yield return new(OrderStepKind.Grabbed, grabbed);
        }

        yield return new(OrderStepKind.Created, order.CreatedAt);
        if (order.Status == OrderStatus.Paid)
        {
            // Paying is the last thing that changes an order.
            yield return new(OrderStepKind.Paid, order.UpdatedAt);
        }

        if (order.ClosedAt is { } closed)
        {
            yield return new(order.Status == OrderStatus.Cancelled ? OrderStepKind.Cancelled : OrderStepKind.TimedOut, closed);
        }

        if (order.ReleasedAt is { } released)
        {
            yield return new(OrderStepKind.Released, released);
        }
    }

    private sealed record Numbered(long Id, SellerOrderView? View);
}
