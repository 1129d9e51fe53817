namespace Seckill.Core.Sales;

/// <summary>
/// The account of a sale, in units. <paramref name="Difference"/> is the largest deviation of: Redis <c>units = left + Σ tickets</c>
/// and <c>Σ tickets = Σ held</c>; SQL <c>units = stock + awaiting payment + paid</c>; across <c>stock = left + queued + closed and not
/// yet released</c>. 0 when nothing is in flight.
/// </summary>
/// <param name="Released">Units that came back from cancelled and timed-out orders.</param>
/// <param name="Difference">Null while Redis cannot be read.</param>
public sealed record SaleAccount(int Units, int Left, int Queued, int AwaitingPayment, int Paid, int Released, int? Difference);

public sealed class SaleAccounts
{
    /// <param name="sellerId">Whose sale it must be; null: anybody's (operators, tests).</param>
    public Task<SaleAccount?> FindAsync(long saleId, long? sellerId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
