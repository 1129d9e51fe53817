namespace Seckill.Core.Ordering;

internal sealed class SandboxCharge
{
    public long Id { get; set; }
    public long PaymentId { get; set; }
    public long AmountCents { get; set; }
    public ChargeState State { get; set; }
}

/// <summary>What a gateway knows of a charge; all are final but Taken, which may still be refunded.</summary>
public enum ChargeState
{
    Taken,
    Declined,
    Voided,
    Refunded,
}
