using System.Collections.Concurrent;

namespace Seckill.Core;

/// <summary>
/// So many permits a window for each key, as a token bucket: all at once after a rest, then one every
/// <paramref name="window"/> / <paramref name="permits"/>. One number per key, the moment its bucket is full again, changed by
/// compare-and-swap; keys whose bucket is full are forgotten. Of this process only.
/// </summary>
internal sealed class Throttle<TKey>(TimeProvider clock, int permits, TimeSpan window)
    where TKey : notnull
{
    private const int SmallestSweep = 1024;

    private readonly ConcurrentDictionary<TKey, long> _fullAt = new();
    private readonly long _span = Math.Max(1, (long)(window.TotalSeconds * clock.TimestampFrequency));
    private readonly long _step = Math.Max(1, (long)(window.TotalSeconds * clock.TimestampFrequency / permits));

    // Keys added since the last sweep, and how many make the next one due: as many as it left, so that a sweep costs each
    // new key a constant and at most half of the entries are idle.
    private int _added;
    private int _sweepAfter = SmallestSweep;
    private int _sweeping;

    /// <summary>For tests: how many keys are remembered.</summary>
    internal int Count => _fullAt.Count;

    public bool TryTake(TKey key, out TimeSpan retryAfter)
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            var known = _fullAt.TryGetValue(key, out var fullAt);
            var next = Math.Max(known ? fullAt : now, now) + _step;
            if (next - now > _span)
            {
                retryAfter = clock.GetElapsedTime(now, next - _span);
                return false;
            }

            if (known ? _fullAt.TryUpdate(key, next, fullAt) : _fullAt.TryAdd(key, next))
            {
                if (!known && Interlocked.Increment(ref _added) >= Volatile.Read(ref _sweepAfter))
                {
                    Sweep(now);
                }

                retryAfter = TimeSpan.Zero;
                return true;
            }
        }
    }

    private void Sweep(long now)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        var kept = 0;
        foreach (var entry in _fullAt)
        {
            // Only if nobody has taken from it meanwhile.
            if (entry.Value > now || !_fullAt.TryRemove(entry))
            {
                kept++;
            }
        }

        Volatile.Write(ref _sweepAfter, Math.Max(SmallestSweep, kept));
        Volatile.Write(ref _added, 0);
        Volatile.Write(ref _sweeping, 0);
    }
}
