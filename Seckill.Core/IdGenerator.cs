namespace Seckill.Core;

/// <summary>
/// Business ids: 41 bits of milliseconds since 2024-01-01, 10 of node, 12 of sequence. Unique for a node number used by one
/// process at a time. Never goes below its own last time, so a clock that is set back costs order, not uniqueness; more than
/// 4,096 ids in one millisecond borrow from the next.
/// </summary>
public sealed class IdGenerator(StoreClock clock)
{
    private const int NodeBits = 10;
    private const int SequenceBits = 12;
    private const long Epoch = 1_704_067_200_000;

    // Milliseconds and sequence in one number, so that one compare-and-swap takes an id.
    private long _last;
    private long _node;

    public const int NodeCount = 1 << NodeBits;

    /// <summary>The bit of an id where its milliseconds begin.</summary>
    internal const int TimeShift = NodeBits + SequenceBits;

    public long Next()
    {
        var now = (clock.Milliseconds - Epoch) << SequenceBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return ((next >> SequenceBits) << TimeShift) | (_node << SequenceBits) | (next & ((1 << SequenceBits) - 1));
            }
        }
    }

    /// <summary>When an id was made, by the one clock; later where ids were borrowed.</summary>
    public static DateTime TimeOf(long id) =>
        DateTimeOffset.FromUnixTimeMilliseconds((id >> TimeShift) + Epoch).UtcDateTime;

    /// <summary>Takes the node number of this start and makes every later id greater in time than <paramref name="newestId"/>.</summary>
    internal void Start(int node, long newestId)
    {
        _node = node % NodeCount;
        _last = Math.Max(_last, ((newestId >> TimeShift) + 1) << SequenceBits);
    }
}
