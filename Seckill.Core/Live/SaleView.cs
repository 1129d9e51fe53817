namespace Seckill.Core.Live;

/// <summary>What a shopper sees of a sale.</summary>
public enum SalePhase
{
    Upcoming,
    Open,

    /// <summary>All units are held; some may come back.</summary>
    SoldOutForNow,

    /// <summary>All units are paid.</summary>
    SoldOut,
    Paused,
    Ended,
}

/// <summary>A sale as it stood a moment ago, read a few times a second for everybody.</summary>
/// <param name="PriceCents">The sale price of one unit.</param>
/// <param name="Left">Units not held by anybody.</param>
/// <param name="Message">The seller's word while the sale is paused.</param>
public sealed record SaleView(
    long SaleId,
    long ProductId,
    long PriceCents,
    DateTime OpensAt,
    DateTime EndsAt,
    int Units,
    int Left,
    SalePhase Phase,
    string? Message);
