namespace Seckill.Core.Ordering;

/// <param name="OrderId">Null before the order and when there is none.</param>
/// <param name="Reason">With <see cref="SeckillStatus.Refused"/>.</param>
public sealed record SeckillView(long SeckillId, long? OrderId, long ProductId, int Quantity, SeckillStatus Status, RefusalReason? Reason);

public enum SeckillLookupOutcome
{
    Found,

    /// <summary>Nobody knows this id for this user: not confirmed, or never was.</summary>
    NotConfirmed,

    /// <summary>The sale is being rebuilt or the store is away: ask again.</summary>
    NotNow,
}

public sealed record SeckillLookup(SeckillLookupOutcome Outcome, SeckillView? Seckill = null);

public sealed class SeckillQueries
{
    /// <summary>Where a shopper's grab stands, right at every moment. Somebody else's id is not found.</summary>
    public Task<SeckillLookup> FindAsync(long seckillId, long userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The seckill id that an idempotency key stands for in a sale that has left Redis; null when it took nothing.</summary>
    public Task<SeckillView?> FindByKeyAsync(long productId, long userId, string idempotencyKey, CancellationToken cancellationToken) => throw new NotImplementedException();
}
