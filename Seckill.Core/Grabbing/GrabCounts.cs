using System.Collections.Concurrent;

namespace Seckill.Core.Grabbing;

/// <summary>What the grabs of each sale were answered on this process, since it started.</summary>
public sealed class GrabCounts
{
    private static readonly GrabOutcome[] Outcomes = Enum.GetValues<GrabOutcome>();

    private readonly ConcurrentDictionary<long, long[]> _sales = new();

    /// <summary>How often each outcome was answered; only those that were.</summary>
    public IReadOnlyDictionary<GrabOutcome, long> Read(long saleId) =>
        _sales.TryGetValue(saleId, out var counts)
            ? Outcomes.Select(outcome => (Outcome: outcome, Count: Volatile.Read(ref counts[(int)outcome]))).Where(pair => pair.Count > 0).ToDictionary(pair => pair.Outcome, pair => pair.Count)
            : new Dictionary<GrabOutcome, long>();

    /// <summary>Grabs that took nothing, for whatever reason.</summary>
    internal long Refused(long saleId) => Read(saleId).Where(pair => pair.Key is not (GrabOutcome.Granted or GrabOutcome.Unknown)).Sum(pair => pair.Value);

    internal void Add(long saleId, GrabOutcome outcome) =>
        Interlocked.Increment(ref _sales.GetOrAdd(saleId, static _ => new long[Outcomes.Length])[(int)outcome]);

    internal void Forget(long saleId) => _sales.TryRemove(saleId, out _);
}
