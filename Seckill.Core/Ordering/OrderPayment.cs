namespace Seckill.Core.Ordering;

public enum PayOutcome
{
    /// <summary>Paid, now or before.</summary>
    Paid,
    NotFound,

    /// <summary>The time to pay is over. Money already taken goes back.</summary>
    TooLate,

    /// <summary>Cancelled meanwhile. Money already taken goes back.</summary>
    StateChanged,

    /// <summary>The shopper or the gateway declined; the order still waits for its payment.</summary>
    Declined,

    /// <summary>The gateway did not answer. The payment is looked into; the order shows what came of it.</summary>
    Unknown,
}

/// <param name="Order">The order as it is now; null when not found.</param>
public sealed record PayResult(PayOutcome Outcome, OrderView? Order);

public sealed class OrderPayment
{
    /// <summary>Pays an order through the gateway. Repeating it never pays twice.</summary>
    /// <param name="decline">Sandbox gateway only: the shopper declines.</param>
    public Task<PayResult> PayAsync(long orderId, long userId, bool decline, CancellationToken cancellationToken) => throw new NotImplementedException();
}
