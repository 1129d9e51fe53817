namespace Seckill.Core.Ordering;

/// <summary>When a winner hears of it.</summary>
public enum Acknowledge
{
    /// <summary>Once the order is committed in SQL.</summary>
    Written,

    /// <summary>Once the ticket is queued in Redis.</summary>
    Queued,
}

internal sealed class OrderingOptions
{
    public const string Section = "Ordering";

    /// <summary>A sale's time to pay when its seller names none.</summary>
    public TimeSpan PaymentWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Empty: <see cref="Ordering.Acknowledge.Queued"/> with Redis, <see cref="Ordering.Acknowledge.Written"/> with the embedded store.</summary>
    public Acknowledge? Acknowledge { get; set; }
}
