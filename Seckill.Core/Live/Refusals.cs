using Seckill.Core.Grabbing;

namespace Seckill.Core.Live;

/// <summary>Grabs that took nothing, by the rule that refused them.</summary>
/// <param name="SoldOut">Nothing left, or fewer than asked.</param>
/// <param name="TooMany">More tries than the throttle lets a shopper have.</param>
/// <param name="NotTaken">The store could not take them: rebuilding, away, or the queue full.</param>
/// <param name="Other">An idempotency key used again for another request; and what was counted before reasons were.</param>
public sealed record Refusals(long SoldOut, long OverLimit, long NotStarted, long Ended, long Paused, long TooMany, long NotTaken, long Other)
{
    public static readonly Refusals None = new(0, 0, 0, 0, 0, 0, 0, 0);

    public long Total => SoldOut + OverLimit + NotStarted + Ended + Paused + TooMany + NotTaken + Other;

    /// <summary>Every reason with its count, the names as in the API.</summary>
    public IReadOnlyList<(string Reason, long Count)> ByReason =>
    [
        ("soldOut", SoldOut), ("overLimit", OverLimit), ("notStarted", NotStarted), ("ended", Ended), ("paused", Paused), ("tooMany", TooMany), ("notTaken", NotTaken), ("other", Other),
    ];

    internal static Refusals Of(IReadOnlyDictionary<string, long> counts)
    {
        return new(
            Count(GrabOutcome.SoldOutForNow) + Count(GrabOutcome.FewerLeft),
            Count(GrabOutcome.OverLimit),
            Count(GrabOutcome.NotStarted),
            Count(GrabOutcome.Ended),
            Count(GrabOutcome.Paused),
            Count(GrabOutcome.TooManyTries),
            Count(GrabOutcome.NotTaken),
            Count(GrabOutcome.KeyReused));

        long Count(GrabOutcome outcome) => counts.GetValueOrDefault(outcome.ToString());
    }

    /// <summary>The counts that <see cref="Of"/> would make this from.</summary>
    internal IReadOnlyDictionary<string, long> Counts => new Dictionary<string, long>
    {
        [nameof(GrabOutcome.SoldOutForNow)] = SoldOut,
        [nameof(GrabOutcome.OverLimit)] = OverLimit,
        [nameof(GrabOutcome.NotStarted)] = NotStarted,
        [nameof(GrabOutcome.Ended)] = Ended,
        [nameof(GrabOutcome.Paused)] = Paused,
        [nameof(GrabOutcome.TooManyTries)] = TooMany,
        [nameof(GrabOutcome.NotTaken)] = NotTaken,
        [nameof(GrabOutcome.KeyReused)] = Other,
    };
}
