using System.Collections.Concurrent;

namespace Seckill.Core.Grabbing;

/// <summary>What the grabs of each sale were answered on this process, since it started.</summary>
internal sealed class GrabCounts
{
    private static readonly GrabOutcome[] Outcomes = Enum.GetValues<GrabOutcome>();

    private readonly ConcurrentDictionary<long, long[]> _sales = new();

    /// <summary>How often each outcome was answered; only those that were.</summary>
    public IReadOnlyDictionary<GrabOutcome, long> Read(long saleId) =>
        _sales.TryGetValue(saleId, out var counts)
            ? Outcomes.Select(outcome => (Outcome: outcome, Count: Volatile.Read(ref counts[(int)outcome]))).Where(pair => pair.Count > 0).ToDictionary(pair => pair.Outcome, pair => pair.Count)
            : new Dictionary<GrabOutcome, long>();

    /// <summary>The sales of which something was counted.</summary>
    public IEnumerable<long> Sales => _sales.Keys;

    public void Add(long saleId, GrabOutcome outcome) =>
        Interlocked.Increment(ref _sales.GetOrAdd(saleId, static _ => new long[Outcomes.Length])[(int)outcome]);

    public void Forget(long saleId) => _sales.TryRemove(saleId, out _);
}
