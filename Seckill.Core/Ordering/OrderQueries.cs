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

public sealed class OrderQueries
{
    /// <summary>A shopper's orders, newest first.</summary>
    public Task<Page<OrderView>> ListForAsync(long userId, int offset, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One of a shopper's orders; null when there is none of that id or it is somebody else's.</summary>
    public Task<OrderView?> FindForAsync(long orderId, long userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
