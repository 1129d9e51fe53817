namespace Seckill.Core.Sales;

/// <summary>What the seller and the house have decided about a sale. Whether it is upcoming, open or ended is a matter of time.</summary>
internal enum SaleState
{
    Open,
    Paused,

    /// <summary>Ended, every order final and released: nothing of it is left in Redis.</summary>
    Closed,
}

/// <summary>One sale of one product.</summary>
internal sealed class FlashSale
{
    public long Id { get; set; }
    public long SaleId { get; set; }
    public long ProductId { get; set; }
    public long SellerId { get; set; }
    public long PriceCents { get; set; }
    public DateTime OpensAt { get; set; }
    public DateTime EndsAt { get; set; }

    /// <summary>Units put on sale, changes by the seller included.</summary>
    public int Units { get; set; }
    public TimeSpan PaymentWindow { get; set; }
    public SaleState State { get; set; }

    /// <summary>What the seller tells the shoppers while the sale is paused.</summary>
    public string? Message { get; set; }

    /// <summary>The fence: whoever wants the sale rebuilt in Redis raises it, and nothing of an older generation changes anything.</summary>
    public long Generation { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}

/// <summary>Units of a sale not yet taken by an order, as SQL knows it.</summary>
internal sealed class Stock
{
    public long Id { get; set; }
    public long StockId { get; set; }
    public long SaleId { get; set; }
    public int SeckillStock { get; set; }
}

/// <summary>Units one shopper may buy in one sale of the product. No row: <see cref="Default"/>.</summary>
internal sealed class PurchaseLimit
{
    public const int Default = 1;

    public long Id { get; set; }
    public long PurchaseLimitId { get; set; }
    public long ProductId { get; set; }
    public int Quantity { get; set; }
}

/// <summary>What is left of one shopper's own quota, over all sales of the product. Replaces the purchase limit for that shopper.</summary>
internal sealed class VipPurchaseLimit
{
    public long Id { get; set; }
    public long VipPurchaseLimitId { get; set; }
    public long ProductId { get; set; }
    public long UserId { get; set; }
    public int Remaining { get; set; }
}

internal enum StockChangeStatus
{
    Started,
    Applied,
    Refused,
}

/// <summary>Units added (positive) or withdrawn (negative) by the seller; committed before anything else happens.</summary>
internal sealed class StockChange
{
    public long Id { get; set; }
    public long StockChangeId { get; set; }
    public long SaleId { get; set; }
    public int Delta { get; set; }
    public required string IdempotencyKey { get; set; }
    public StockChangeStatus Status { get; set; }

    /// <summary>The stock in SQL has moved.</summary>
    public bool InSql { get; set; }

    /// <summary>Redis has moved, under the sale's generation of that moment.</summary>
    public long? RedisGeneration { get; set; }
    public long UserId { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}

/// <summary>Who changed what about a sale or a product.</summary>
internal sealed class AuditEntry
{
    public long Id { get; set; }
    public long AuditEntryId { get; set; }

    /// <summary>The id of the sale or of the product that it is about.</summary>
    public long SubjectId { get; set; }

    /// <summary>0: the house itself (a repair).</summary>
    public long UserId { get; set; }
    public required string Action { get; set; }
    public required string Before { get; set; }
    public required string After { get; set; }
    public DateTime At { get; set; }
}
