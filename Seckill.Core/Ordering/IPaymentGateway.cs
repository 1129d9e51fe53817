namespace Seckill.Core.Ordering;

/// <summary>What a gateway knows of a charge. Only <see cref="Taken"/> can still change, to <see cref="Refunded"/>.</summary>
public enum ChargeState
{
    Taken,
    Declined,

    /// <summary>Never made, and never to be made.</summary>
    Voided,
    Refunded,
}

/// <summary>
/// Whoever takes the money. Every call is idempotent by payment id and may be repeated after a crash; a call that throws leaves its
/// outcome open, and <see cref="SettleAsync"/> is asked later.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Takes the money, unless this payment has its outcome already.</summary>
    /// <param name="decline">Sandbox only: the shopper declines.</param>
    Task<ChargeState> ChargeAsync(long paymentId, long amountCents, bool decline, CancellationToken cancellationToken);

    /// <summary>The outcome of a charge whose answer was lost. One that never arrived is voided, so that it cannot arrive later.</summary>
    Task<ChargeState> SettleAsync(long paymentId, CancellationToken cancellationToken);

    /// <summary>Gives the money back; nothing to do where none was taken.</summary>
    Task RefundAsync(long paymentId, CancellationToken cancellationToken);
}
