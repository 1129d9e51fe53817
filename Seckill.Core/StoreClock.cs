namespace Seckill.Core;

/// <summary>
/// The one clock of the house: this machine's clock plus the store's lead over it, so that every node opens a sale and closes an
/// order at the same moment. With the embedded store there is nothing to agree with and the lead is zero.
/// </summary>
public sealed class StoreClock(TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxDrift = TimeSpan.FromSeconds(1);

    private long _leadMilliseconds;
    private long _measuredAt;
    private bool _measured;
    private volatile bool _steady = true;

    /// <summary>Now, in whole milliseconds UTC.</summary>
    public DateTime UtcNow => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds).UtcDateTime;

    /// <summary>Now, in milliseconds since 1970 UTC.</summary>
    public long Milliseconds => time.GetUtcNow().ToUnixTimeMilliseconds() + Volatile.Read(ref _leadMilliseconds);

    public TimeProvider Time => time;

    /// <summary>
    /// Whether the time can be trusted: never measured means that there is no other clock; otherwise the last measurement is fresh,
    /// and the machine's clock has not moved by more than a second against the store's since the one before.
    /// </summary>
    public bool IsReliable => !_measured || (_steady && time.GetElapsedTime(Volatile.Read(ref _measuredAt)) <= MaxAge);

    /// <summary>
    /// Takes a reading of the store's clock. It was read at some moment between question and answer, so it says within which bounds the lead
    /// is: one that lies within them stays, and however long an answer took, it moves nothing that it does not prove wrong.
    /// </summary>
    /// <param name="storeMilliseconds">What the store said, in milliseconds since 1970 UTC.</param>
    /// <param name="askedAt">The timestamp of <see cref="Time"/> from before the question was sent.</param>
    internal void Set(long storeMilliseconds, long askedAt)
    {
        var least = storeMilliseconds - time.GetUtcNow().ToUnixTimeMilliseconds();
        var roundTrip = (long)time.GetElapsedTime(askedAt).TotalMilliseconds;
        var before = _leadMilliseconds;
        var lead = _measured ? Math.Clamp(before, least, least + roundTrip) : least + roundTrip / 2;
        var drifted = _measured && Math.Abs(lead - before) > MaxDrift.TotalMilliseconds;

        // A clock that is off by as much as the answer took would not be seen: such an answer may prove it wrong, but vouches for nothing.
        var vouches = roundTrip <= MaxDrift.TotalMilliseconds;
        _steady = !drifted && (vouches || (_measured && _steady));
        Volatile.Write(ref _leadMilliseconds, lead);
        if (vouches)
        {
            Volatile.Write(ref _measuredAt, time.GetTimestamp());
        }

        _measured = true;
    }
}
