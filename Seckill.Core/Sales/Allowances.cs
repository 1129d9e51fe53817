namespace Seckill.Core.Sales;

/// <param name="Limit">Units this shopper may hold and buy in the sale.</param>
/// <param name="Held">Units they hold or bought in it already.</param>
public sealed record Allowance(int Limit, int Held);

public sealed class Allowances
{
    /// <summary>What a shopper may still have of the product's current sale. Without a sale: the product's limit and 0.</summary>
    public Task<Allowance> FindAsync(long productId, long userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
