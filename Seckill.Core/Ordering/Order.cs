namespace Seckill.Core.Ordering;

/// <summary>Where a grab stands on its way. The first five are the source document's 秒杀记录 states.</summary>
public enum SeckillStatus
{
    /// <summary>待生成订单: the unit is taken, its ticket is in the queue.</summary>
    PendingOrder,

    /// <summary>等待支付.</summary>
    PendingPayment,

    /// <summary>支付成功.</summary>
    Paid,

    /// <summary>秒杀主动取消.</summary>
    Cancelled,

    /// <summary>秒杀超时取消.</summary>
    TimedOut,

    /// <summary>未确认: the ticket did not become an order; the reason says why.</summary>
    Refused,
}

public enum OrderStatus
{
    PendingPayment,
    Paid,
    Cancelled,
    TimedOut,
}

/// <summary>Why a ticket did not become an order.</summary>
public enum RefusalReason
{
    /// <summary>SQL had no unit left: Redis had lost data and admitted too many.</summary>
    SoldOut,

    /// <summary>The shopper already holds what their limit allows: Redis had forgotten it.</summary>
    OverLimit,

    /// <summary>The database rejected the row.</summary>
    Unwritable,
}

/// <summary>Which limit a grab was held to.</summary>
internal enum LimitKind
{
    Default,
    Vip,
}

/// <summary>What became of one ticket. One row for each seckill id, whatever happens.</summary>
internal sealed class SeckillRecord
{
    public long Id { get; set; }
    public long SeckillId { get; set; }
    public long SaleId { get; set; }
    public long? OrderId { get; set; }
    public long UserId { get; set; }
    public long ProductId { get; set; }
    public int Quantity { get; set; }
    public SeckillStatus Status { get; set; }
    public string? IdempotencyKey { get; set; }
    public LimitKind LimitKind { get; set; }
    public int LimitSize { get; set; }
    public RefusalReason? Reason { get; set; }
    public DateTime GrabbedAt { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}

internal sealed class Order
{
    public long Id { get; set; }
    public long OrderId { get; set; }
    public long SaleId { get; set; }
    public long SeckillId { get; set; }
    public long ProductId { get; set; }
    public long BuyerId { get; set; }
    public long SellerId { get; set; }
    public int Quantity { get; set; }
    public long UnitPriceCents { get; set; }
    public OrderStatus Status { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
    public DateTime PayBeforeAt { get; set; }

    /// <summary>When it was cancelled or timed out.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>When its units were known to be back in Redis. Closed and not yet released is a query.</summary>
    public DateTime? ReleasedAt { get; set; }
}

internal enum PaymentStatus
{
    /// <summary>Committed before the gateway is called.</summary>
    Started,

    /// <summary>The gateway has the money.</summary>
    Taken,

    /// <summary>The order is paid by it. Final.</summary>
    Applied,

    /// <summary>The gateway has the money and the order was closed.</summary>
    RefundDue,

    /// <summary>Final.</summary>
    Refunded,

    /// <summary>Refused by the shopper or the gateway, or never reached it. Final.</summary>
    Declined,
}

/// <summary>One try to pay an order.</summary>
internal sealed class Payment
{
    public long Id { get; set; }
    public long PaymentId { get; set; }
    public long OrderId { get; set; }

    /// <summary>1 for the first try. Unique per order, so two clicks at once are one payment.</summary>
    public int Attempt { get; set; }
    public long AmountCents { get; set; }
    public PaymentStatus Status { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}
