namespace Seckill.Core.Grabbing;

/// <param name="Quantity">At least 1.</param>
/// <param name="IdempotencyKey">1 to 64 of <c>[A-Za-z0-9_-]</c>, or null.</param>
public readonly record struct GrabRequest(long UserId, long ProductId, int Quantity, string? IdempotencyKey = null);

/// <summary>What became of a grab. Refusals are in the order in which they are tested.</summary>
public enum GrabOutcome
{
    /// <summary>The units are the shopper's; <see cref="GrabResult.SeckillId"/> leads to the order. Also for a repeated key.</summary>
    Granted,

    /// <summary>Quantity or key are not as they must be.</summary>
    Invalid,

    /// <summary>The account is suspended.</summary>
    NotAllowed,

    /// <summary>More tries than the throttle lets a user have; <see cref="GrabResult.RetryAfter"/> says when.</summary>
    TooManyTries,

    /// <summary>The idempotency key was used for another quantity.</summary>
    KeyReused,

    /// <summary>No such product, or none of its units were ever on sale.</summary>
    UnknownProduct,
    Ended,
    Paused,
    NotStarted,

    /// <summary>Every unit is held; some may come back.</summary>
    SoldOutForNow,

    /// <summary>The shopper would hold more than their limit.</summary>
    OverLimit,

    /// <summary>Fewer units than asked: <see cref="GrabResult.Left"/>.</summary>
    FewerLeft,

    /// <summary>Certainly nothing was taken; try again.</summary>
    NotTaken,

    /// <summary>Nobody knows yet whether units were taken; ask with <see cref="GrabResult.SeckillId"/>.</summary>
    Unknown,
}

/// <param name="SeckillId">With <see cref="GrabOutcome.Granted"/> and <see cref="GrabOutcome.Unknown"/>; otherwise 0.</param>
/// <param name="Left">Units left, with <see cref="GrabOutcome.FewerLeft"/> and <see cref="GrabOutcome.SoldOutForNow"/>.</param>
/// <param name="RetryAfter">How long to wait before another try makes sense.</param>
public readonly record struct GrabResult(GrabOutcome Outcome, long SeckillId = 0, int Left = 0, TimeSpan RetryAfter = default);
