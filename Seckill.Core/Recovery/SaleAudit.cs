using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core.Recovery;

internal enum DeviationKind
{
    /// <summary>Redis does not hold a ticket that is queued, open or paid, or holds one that is not.</summary>
    Ticket,

    /// <summary>A shopper's units in Redis are not the sum of their tickets.</summary>
    Held,

    /// <summary>Redis does not have the sale's units, or <c>units = left + Σ tickets</c> does not hold.</summary>
    Left,

    /// <summary><c>stock = left + queued + closed and not yet released</c> does not hold.</summary>
    Stock,

    /// <summary>In SQL itself <c>units = stock + awaiting payment + paid</c> does not hold, or orders and records differ. No rebuild mends it.</summary>
    Ledger,
}

/// <param name="Id">The seckill id or the user, where it is about one.</param>
internal readonly record struct Deviation(DeviationKind Kind, long Id, int Expected, int Found)
{
    public int Units => Math.Abs(Expected - Found);

    /// <summary>The ticket or the user; null where it is about the sale as a whole, and <see cref="Id"/> only tells one sum from another.</summary>
    public long? About => Kind is DeviationKind.Ticket or DeviationKind.Held ? Id : null;

    // A unit that is missing stays the same one while the others move.
    public bool Equals(Deviation other) => (Kind, Id, Expected - Found) == (other.Kind, other.Id, other.Expected - other.Found);

    public override int GetHashCode() => HashCode.Combine(Kind, Id, Expected - Found);
}

/// <summary>
/// Compares what Redis and SQL say about every live sale, ticket by ticket and shopper by shopper, and has a sale rebuilt whose
/// deviation stays. What is only in flight is never repaired: a deviation counts when two looks in a row see exactly the same one.
/// </summary>
/// <remarks>
/// A look reads Redis first (tickets, holds, queue, the sale), then SQL in one picture: a ticket seen in Redis is in that queue or in
/// that SQL, however fast it moves. What SQL has decided and Redis has not been told yet (closed and not released, refused and not let
/// go) may be there or not. Sums are compared only when nothing in Redis moved during the look; what a shopper holds also while others'
/// units move.
/// </remarks>
internal sealed partial class SaleAudit
{
    // Of all live sales together: a hundred thousand tickets are looked at every twenty seconds. By their number and not by how long the look
    // took: a machine that does much else must not put off the second look.
    private const int TicketsPerSecond = 5_000;

    private const int MostDescribed = 5;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    // Of a sale that was right and in which nothing has moved since: every second round. What is lost without a move is repaired within ten
    // seconds all the same.
    private static readonly TimeSpan RestWhileStill = TimeSpan.FromSeconds(3);

    // By how much two processes' clocks may differ, and a grab be under way.
    private static readonly TimeSpan UnderWay = TimeSpan.FromSeconds(2);

    private readonly Ledger _ledger;
    private readonly SaleGate _gate;
    private readonly SaleDirectory _directory;
    private readonly StoreConnection _store;
    private readonly StockSignals _signals;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<long, Watch> _watches = new();
    private bool _looking;

    public SaleAudit(
        Ledger ledger, SaleGate gate, SaleDirectory directory, StoreConnection store, StockSignals signals, IdGenerator ids, StoreClock clock, Metering metering, ILogger<SaleAudit> logger)
    {
        (_ledger, _gate, _directory, _store, _signals, _ids, _clock, _logger) = (ledger, gate, directory, store, signals, ids, clock, logger);
        metering.Observe(
            "seckill.account.difference",
            "{unit}",
            "Units by which a sale's account deviates, seen twice over",
            () => Differences.Select(sale => new Measurement<double>(sale.Difference, new KeyValuePair<string, object?>("sale", sale.SaleId))));
    }

    /// <summary>Of every sale that was looked at: units by which it deviates, seen twice over.</summary>
    public IEnumerable<(long SaleId, int Difference)> Differences => _watches.Select(pair => (pair.Key, pair.Value.Difference));

    /// <summary>Looks at every live sale, and repairs what it saw the time before as well.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // One after the other: two at once would both see what is in flight at that moment.
        if (!_store.IsTrusted || Interlocked.Exchange(ref _looking, true))
        {
            return;
        }

        try
        {
            await LookAtAllAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _looking, false);
        }
    }

    private async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        var live = _directory.Live;
        foreach (var gone in _watches.Keys.Except(live.Select(sale => sale.SaleId)))
        {
            _watches.TryRemove(gone, out _);
        }

        foreach (var sale in live.Where(sale => sale.BelongsInRedis(_clock.UtcNow)))
        {
            try
            {
                await LookAsync(sale, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // A look that did not come about says nothing.
                LogFailed(e, sale.SaleId);
            }
        }
    }

    private async Task LookAsync(SaleCard sale, CancellationToken cancellationToken)
    {
        var watch = _watches.GetOrAdd(sale.SaleId, _ => new());
        if (_clock.UtcNow < watch.NextAt)
        {
            return;
        }

        var reading = await _gate.ReadAsync(sale.Keys);
        if (watch.Right is { } right && right.Sale == reading && _clock.UtcNow < right.Until)
        {
            return;
        }

        var look = await CompareAsync(sale, reading, cancellationToken);
        watch.Tickets = look?.Tickets ?? watch.Tickets;
        var rest = TimeSpan.FromSeconds(_watches.Values.Sum(other => other.Tickets) / TicketsPerSecond);
        watch.NextAt = _clock.UtcNow + (rest < LongestRest ? rest : LongestRest);
        var seen = look?.Deviations ?? [];
        var before = look?.Generation == watch.Generation ? watch.Seen : [];
        var stays = seen.Where(before.Contains).ToHashSet();
        watch.Seen = look is { Moved: true } ? [.. seen, .. before.Where(IsSum)] : seen;
        watch.Generation = look?.Generation;
        watch.Right = look is { Moved: false, Deviations.Count: 0 } ? (look.Sale, _clock.UtcNow + RestWhileStill) : null;
        watch.Difference = DifferenceOf(stays);

        // Said and repaired once: what a rebuild does not mend is not rebuilt again and again. What is gone and comes back is another one.
        watch.Reported.RemoveWhere(deviation => look is not null && !seen.Contains(deviation) && (!look.Moved || deviation.Kind is DeviationKind.Ticket or DeviationKind.Ledger));
        if (stays.IsSubsetOf(watch.Reported))
        {
            return;
        }

        LogDeviates(sale.SaleId, watch.Difference, Describe(stays));
        watch.Reported.UnionWith(stays);
        if (stays.All(deviation => deviation.Kind == DeviationKind.Ledger))
        {
            return;
        }

        if (!await RepairAsync(sale.SaleId, look!.Generation, stays, cancellationToken))
        {
            // Somebody else has it rebuilt.
            watch.Reported.Clear();
        }

        watch.Seen = [];
        _directory.Stale.Set();
        _signals.Unloaded.Set();
    }

    // Null: the sale is not in Redis as SQL has it, which others see to.
    private async Task<Look?> CompareAsync(SaleCard sale, SaleReading? before, CancellationToken cancellationToken)
    {
        var since = _clock.UtcNow - UnderWay;
        if (before is not { Rebuilding: false } || await _gate.ReadHoldingsAsync(sale.Keys) is not { } redis)
        {
            return null;
        }

        var sql = await _ledger.ReadAsync(db => ReadAsync(db, sale.SaleId, redis.Queue, since, cancellationToken), cancellationToken);
        if (sql.Generation != redis.Sale.Generation || sql.Generation != before.Generation)
        {
            return null;
        }

        var moved = before != redis.Sale || before != await _gate.ReadAsync(sale.Keys);
        return new(redis.Sale, moved || sql.UnitsChanging, redis.Tickets.Count, Compare(redis, sql, moved));
    }

    private static HashSet<Deviation> Compare(GateHoldings redis, SqlPicture sql, bool moved)
    {
        var deviations = new HashSet<Deviation>();
        var queued = redis.Queue.Where(ticket => !sql.Recorded.Contains(ticket.SeckillId)).ToDictionary(ticket => ticket.SeckillId, ticket => ticket.Quantity);
        foreach (var (id, quantity) in sql.Alive.Concat(queued))
        {
            var found = redis.Tickets.TryGetValue(id, out var ticket) ? ticket.Quantity : 0;
            Add(DeviationKind.Ticket, id, quantity, found);
        }

        foreach (var (id, ticket) in redis.Tickets)
        {
            if (!sql.Alive.ContainsKey(id) && !queued.ContainsKey(id) && !sql.Leaving.ContainsKey(id))
            {
                Add(DeviationKind.Ticket, id, 0, ticket.Quantity);
            }
        }

        var sums = redis.Tickets.Values.GroupBy(ticket => ticket.UserId).ToDictionary(group => group.Key, group => group.Sum(ticket => ticket.Quantity));
        foreach (var user in sums.Keys.Union(redis.Held.Keys).Where(user => !moved || !sql.Moving.Contains(user)))
        {
            Add(DeviationKind.Held, user, sums.GetValueOrDefault(user), redis.Held.GetValueOrDefault(user));
        }

        Add(DeviationKind.Ledger, 1, sql.Units, sql.Stock + sql.Ordered);
        Add(DeviationKind.Ledger, 2, sql.Ordered, sql.Alive.Values.Sum());
        if (!moved && !sql.UnitsChanging)
        {
            Add(DeviationKind.Left, 1, sql.Units, redis.Sale.Units);
            Add(DeviationKind.Left, 2, redis.Sale.Units - redis.Tickets.Values.Sum(ticket => ticket.Quantity), redis.Sale.Left);

            var most = sql.Stock - queued.Values.Sum();
            Add(DeviationKind.Stock, 0, Math.Clamp(redis.Sale.Left, most - sql.Leaving.Values.Sum(), most), redis.Sale.Left);
        }

        return deviations;

        void Add(DeviationKind kind, long id, int expected, int found)
        {
            if (expected != found)
            {
                deviations.Add(new(kind, id, expected, found));
            }
        }
    }

    private static async Task<SqlPicture> ReadAsync(SeckillDbContext db, long saleId, IReadOnlyList<Ticket> queue, DateTime since, CancellationToken cancellationToken)
    {
        var sale = await db.FlashSales
            .Where(s => s.SaleId == saleId)
            .Join(db.Stocks, s => s.SaleId, t => t.SaleId, (s, t) => new { s.Units, s.Generation, t.SeckillStock })
            .SingleAsync(cancellationToken);
        var alive = await db.SeckillRecords
            .Where(r => r.SaleId == saleId && (r.Status == SeckillStatus.PendingPayment || r.Status == SeckillStatus.Paid))
            .Select(r => new { r.SeckillId, r.Quantity })
            .ToDictionaryAsync(r => r.SeckillId, r => r.Quantity, cancellationToken);
        var ordered = await db.Orders
            .Where(o => o.SaleId == saleId && (o.Status == OrderStatus.PendingPayment || o.Status == OrderStatus.Paid))
            .SumAsync(o => o.Quantity, cancellationToken);
        var leaving = await db.Orders
            .Where(o => o.SaleId == saleId && o.ClosedAt != null && o.ReleasedAt == null)
            .Select(o => new { o.SeckillId, o.Quantity })
            .ToDictionaryAsync(o => o.SeckillId, o => o.Quantity, cancellationToken);

        var recorded = new HashSet<long>();
        foreach (var batch in queue.Chunk(1000))
        {
            var seckillIds = batch.Select(ticket => ticket.SeckillId).ToArray();
            foreach (var record in await db.SeckillRecords.Where(r => seckillIds.Contains(r.SeckillId)).Select(r => new { r.SeckillId, r.Status, r.Quantity }).ToListAsync(cancellationToken))
            {
                recorded.Add(record.SeckillId);
                if (record.Status == SeckillStatus.Refused)
                {
                    leaving.TryAdd(record.SeckillId, record.Quantity);
                }
            }
        }

        var moving = await db.SeckillRecords
            .Where(r => r.SaleId == saleId && (r.GrabbedAt >= since || r.UpdatedAt >= since))
            .Select(r => r.UserId)
            .Union(db.Orders.Where(o => o.SaleId == saleId && o.ClosedAt != null && (o.ReleasedAt == null || o.ReleasedAt >= since)).Select(o => o.BuyerId))
            .ToHashSetAsync(cancellationToken);
        moving.UnionWith(queue.Select(ticket => ticket.UserId));

        var changing = await db.StockChanges.AnyAsync(c => c.SaleId == saleId && c.Status == StockChangeStatus.Started, cancellationToken);
        return new(sale.Generation, sale.Units, sale.SeckillStock, ordered, alive, leaving, recorded, moving, changing);
    }

    // Under the generation that was looked at: of two processes that saw it, one repairs.
    private Task<bool> RepairAsync(long saleId, long generation, HashSet<Deviation> deviations, CancellationToken cancellationToken) =>
        _ledger.WriteAsync(
            async db =>
            {
                var raised = await db.FlashSales
                    .Where(s => s.SaleId == saleId && s.Generation == generation && s.State != SaleState.Closed)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, generation + 1), cancellationToken) == 1;
                if (raised)
                {
                    db.AuditEntries.Add(new()
                    {
                        AuditEntryId = _ids.Next(),
                        SubjectId = saleId,
                        UserId = 0,
                        Action = "repair",
                        Before = JsonSerializer.Serialize(new
                        {
                            generation,
                            difference = DifferenceOf(deviations),
                            deviations = deviations.Take(MostDescribed).Select(d => new { kind = d.Kind.ToString(), id = d.About, found = d.Found, expected = d.Expected }),
                            more = deviations.Count > MostDescribed ? deviations.Count - MostDescribed : (int?)null,
                        }),
                        After = JsonSerializer.Serialize(new { generation = generation + 1, difference = (int?)null, deviations = (object?)null, more = (int?)null }),
                        At = _clock.UtcNow,
                    });
                    await db.SaveChangesAsync(cancellationToken);
                }

                return raised;
            },
            cancellationToken);

    // Looks during which units move say nothing of these: the last one that does counts.
    private static bool IsSum(Deviation deviation) => deviation.Kind is DeviationKind.Left or DeviationKind.Stock;

    private static int DifferenceOf(IEnumerable<Deviation> deviations) =>
        deviations.GroupBy(deviation => deviation.Kind).Select(kind => kind.Sum(deviation => deviation.Units)).DefaultIfEmpty(0).Max();

    private static string Describe(HashSet<Deviation> deviations) =>
        string.Join("; ", deviations.Take(MostDescribed).Select(d => $"{d.Kind}{(d.About is { } id ? $" {id}" : "")}: {d.Found} instead of {d.Expected}"))
        + (deviations.Count > MostDescribed ? $"; and {deviations.Count - MostDescribed} more" : "");

    private sealed class Watch
    {
        public DateTime NextAt { get; set; }

        /// <summary>At the last look that came about.</summary>
        public int Tickets { get; set; }

        public HashSet<Deviation> Seen { get; set; } = [];

        /// <summary>Of the last look.</summary>
        public long? Generation { get; set; }

        /// <summary>The sale as the last look found it, if all was right and nothing moved, and until when that is enough.</summary>
        public (SaleReading Sale, DateTime Until)? Right { get; set; }

        public HashSet<Deviation> Reported { get; } = [];

        public int Difference { get; set; }
    }

    /// <param name="Moved">Units moved in Redis meanwhile, or are being added or withdrawn, so sums say nothing.</param>
    private sealed record Look(SaleReading Sale, bool Moved, int Tickets, HashSet<Deviation> Deviations)
    {
        public long Generation => Sale.Generation;
    }

    /// <param name="Ordered">Units of orders that are open or paid.</param>
    /// <param name="Alive">Seckill id → units, of records that are open or paid.</param>
    /// <param name="Leaving">Closed and not yet released, or refused and still in the queue: Redis may have it or not.</param>
    /// <param name="Recorded">Those of the queue that have a record.</param>
    /// <param name="Moving">Users whose units may have moved during the look.</param>
    private sealed record SqlPicture(
        long Generation,
        int Units,
        int Stock,
        int Ordered,
        IReadOnlyDictionary<long, int> Alive,
        IReadOnlyDictionary<long, int> Leaving,
        IReadOnlySet<long> Recorded,
        IReadOnlySet<long> Moving,
        bool UnitsChanging);

    [LoggerMessage(Level = LogLevel.Error, Message = "The account of sale {SaleId} deviates by {Difference} units, seen twice over: {Deviations}")]
    private partial void LogDeviates(long saleId, int difference, string deviations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The account of sale {SaleId} could not be looked at; trying again")]
    private partial void LogFailed(Exception e, long saleId);
}

/// <summary>Degraded while a sale deviates: it goes on selling, SQL guards its units.</summary>
internal sealed class AccountHealth(SaleAudit audit) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var deviating = audit.Differences.Where(sale => sale.Difference > 0).ToList();
        return Task.FromResult(deviating.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join(' ', deviating.Select(sale => $"The account of sale {sale.SaleId} deviates by {sale.Difference} units."))));
    }
}
