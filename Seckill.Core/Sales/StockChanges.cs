namespace Seckill.Core.Sales;

/// <summary>Adds units to a sale and withdraws them, while it sells.</summary>
public sealed class StockChanges
{
    /// <summary>Changes the units of a sale, once for each key. Confirmed when SQL and Redis both have it.</summary>
    /// <param name="delta">Units to add, or with a minus to withdraw; never 0.</param>
    /// <param name="key">1 to 64 of <c>[A-Za-z0-9_-]</c>, unique in the sale: the same key with the same delta answers as the first time.</param>
    /// <returns>
    /// <see cref="SellerOutcome.FewerLeft"/> with what is left when fewer units are left than should be withdrawn,
    /// <see cref="SellerOutcome.KeyReused"/>, <see cref="SellerOutcome.StateChanged"/> after the end of the sale, and
    /// <see cref="SellerOutcome.NotNow"/> when the change is recorded and will be completed by itself.
    /// </returns>
    public Task<SellerResult> ChangeAsync(long sellerId, long saleId, int? delta, string? key, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
