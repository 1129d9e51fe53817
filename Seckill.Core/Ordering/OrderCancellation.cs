namespace Seckill.Core.Ordering;

public enum CancelOutcome
{
    /// <summary>Cancelled, now or before.</summary>
    Cancelled,
    NotFound,

    /// <summary>Paid or timed out meanwhile.</summary>
    StateChanged,
}

/// <param name="Order">The order as it is now; null when not found.</param>
public sealed record CancelResult(CancelOutcome Outcome, OrderView? Order);

public sealed class OrderCancellation
{
    /// <summary>Closes a shopper's unpaid order and gives its units back.</summary>
    public Task<CancelResult> CancelAsync(long orderId, long userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
