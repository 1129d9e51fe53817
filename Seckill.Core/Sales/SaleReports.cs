namespace Seckill.Core.Sales;

/// <summary>How a sale went.</summary>
/// <param name="Units">On sale in the end, changes by the seller included.</param>
/// <param name="Sold">Units paid.</param>
/// <param name="Returned">Units that came back from cancelled and timed-out orders.</param>
/// <param name="Resold">Units of those that somebody else took again.</param>
/// <param name="SoldOutAfter">From the opening until nothing was left for the first time; null: never, or not known.</param>
/// <param name="Orders">Orders made, whatever became of them.</param>
/// <param name="PaidOrders">Orders paid.</param>
/// <param name="Conversion">Paid orders in all orders, 0 to 1; null without an order.</param>
/// <param name="RevenueCents">What was paid.</param>
public sealed record SaleReport(
    SellerSaleView Sale,
    int Units,
    int Sold,
    int Returned,
    int Resold,
    TimeSpan? SoldOutAfter,
    int Orders,
    int PaidOrders,
    double? Conversion,
    long RevenueCents,
    SaleAccount Account);

/// <summary>How a seller's own sale went, while it runs and afterwards.</summary>
public sealed class SaleReports
{
    /// <summary>Null when there is no such sale or it is somebody else's.</summary>
    public Task<SaleReport?> FindAsync(long sellerId, long saleId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
