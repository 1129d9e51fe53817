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

    /// <summary>Takes a reading of the store's clock.</summary>
    /// <param name="storeMilliseconds">What the store said, in milliseconds since 1970 UTC.</param>
    /// <param name="roundTrip">How long the question took; half of it is taken as the way back.</param>
    internal void Set(long storeMilliseconds, TimeSpan roundTrip)
    {
        var lead = storeMilliseconds + (long)(roundTrip.TotalMilliseconds / 2) - time.GetUtcNow().ToUnixTimeMilliseconds();
        _steady = !_measured || Math.Abs(lead - _leadMilliseconds) <= MaxDrift.TotalMilliseconds;
        Volatile.Write(ref _leadMilliseconds, lead);
        Volatile.Write(ref _measuredAt, time.GetTimestamp());
        _measured = true;
    }
}
