using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Sales;

/// <summary>
/// Adds units to a sale and withdraws them, while it sells. Each change is a row before anything else happens, and "started and not
/// finished" is a query, so whatever a crash leaves behind the next sweep completes; any number of processes may work on one change.
/// </summary>
/// <remarks>
/// <para>
/// Adding: SQL, then Redis. A picture of the ledger that a rebuild takes has the units and names the change, or neither; what is named
/// is remembered in Redis and never made again. So Redis may be asked under any generation, as often as one likes.
/// </para>
/// <para>
/// Withdrawing: Redis, which knows what is left at this moment, then SQL under the same generation. A rebuild in between has raised the
/// generation in SQL before it looked, so SQL refuses, and Redis, which has the units again, is asked anew. A refusal is remembered as
/// a withdrawal is: units that come back a moment later are not taken by somebody who works on the same change more slowly.
/// </para>
/// </remarks>
public sealed partial class StockChanges
{
    private const int MaxKey = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Ledger _ledger;
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly SaleGate _gate;
    private readonly SaleDirectory _directory;
    private readonly DirectoryRefresh _refresh;
    private readonly StoreConnection _store;
    private readonly StockSignals _signals;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly ILogger<StockChanges> _logger;

    internal StockChanges(
        Ledger ledger,
        IDbContextFactory<SeckillDbContext> contexts,
        SaleGate gate,
        SaleDirectory directory,
        DirectoryRefresh refresh,
        StoreConnection store,
        StockSignals signals,
        IdGenerator ids,
        StoreClock clock,
        ILogger<StockChanges> logger)
    {
        (_ledger, _contexts, _gate, _directory, _refresh) = (ledger, contexts, gate, directory, refresh);
        (_store, _signals, _ids, _clock, _logger) = (store, signals, ids, clock, logger);
    }

    /// <summary>Changes the units of a sale, once for each key. Confirmed when SQL and Redis both have it.</summary>
    /// <param name="delta">Units to add, or with a minus to withdraw; never 0.</param>
    /// <param name="key">1 to 64 of <c>[A-Za-z0-9_-]</c>, unique in the sale: the same key with the same delta answers as the first time.</param>
    /// <returns>
    /// <see cref="SellerOutcome.FewerLeft"/> with what is left when fewer units are left than should be withdrawn,
    /// <see cref="SellerOutcome.KeyReused"/>, <see cref="SellerOutcome.StateChanged"/> after the end of the sale, and
    /// <see cref="SellerOutcome.NotNow"/> when the change is recorded and will be completed by itself.
    /// </returns>
    public async Task<SellerResult> ChangeAsync(long sellerId, long saleId, int? delta, string? key, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        if (rules.Number("delta", delta, -SellerSales.MaxUnits, SellerSales.MaxUnits) == 0 && !rules.Broken)
        {
            rules.Add("delta", "notZero");
        }

        if (key is null)
        {
            rules.Add("Idempotency-Key", "required");
        }
        else if (!KeyPattern().IsMatch(key))
        {
            rules.Add("Idempotency-Key", "key", MaxKey);
        }

        if (rules.Broken)
        {
            return SellerResult.Invalid(rules.Errors);
        }

        var (refused, changeId) = await StartAsync(sellerId, saleId, delta!.Value, key!, cancellationToken);
        return refused ?? await CompleteAsync(saleId, changeId);
    }

    /// <summary>Completes what was started and not finished, as far as that is possible now. How many changes are left.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var started = await db.StockChanges
            .Where(c => c.Status == StockChangeStatus.Started)
            .OrderBy(c => c.Id)
            .Select(c => new { c.SaleId, c.StockChangeId })
            .ToListAsync(cancellationToken);
        var unfinished = 0;
        foreach (var change in started)
        {
            try
            {
                if (await TryStepAsync(change.SaleId, change.StockChangeId) is null)
                {
                    unfinished++;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The others do not wait for it.
                LogFailed(e, change.StockChangeId, change.SaleId);
                unfinished++;
            }
        }

        return unfinished;
    }

    /// <summary>Records that the change is wanted, or finds the one that has its key.</summary>
    internal Task<(SellerResult? Refused, long ChangeId)> StartAsync(long sellerId, long saleId, int delta, string key, CancellationToken cancellationToken) =>
        _ledger.WriteAsync<(SellerResult?, long)>(
            async db =>
            {
                // The sale's row is the lock: of two with one key the second finds the first's row.
                if (await db.FlashSales
                    .Where(s => s.SaleId == saleId && s.SellerId == sellerId)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.UpdatedAt, s => s.UpdatedAt), cancellationToken) == 0)
                {
                    return (new(SellerOutcome.NotFound), 0);
                }

                var known = await db.StockChanges
                    .Where(c => c.SaleId == saleId && c.IdempotencyKey == key)
                    .Select(c => new { c.StockChangeId, c.Delta })
                    .SingleOrDefaultAsync(cancellationToken);
                if (known is not null)
                {
                    return (known.Delta == delta ? null : new(SellerOutcome.KeyReused, saleId), known.StockChangeId);
                }

                var now = _clock.UtcNow;
                var sale = await db.FlashSales.AsNoTracking().SingleAsync(s => s.SaleId == saleId, cancellationToken);
                if (sale.State == SaleState.Closed || now >= sale.EndsAt)
                {
                    return (new(SellerOutcome.StateChanged, saleId), 0);
                }

                if (sale.Units + delta > SellerSales.MaxUnits)
                {
                    return (SellerResult.Invalid(new FieldError("delta", "range", -sale.Units, SellerSales.MaxUnits - sale.Units)), 0);
                }

                var change = new StockChange
                {
                    StockChangeId = _ids.Next(),
                    SaleId = saleId,
                    Delta = delta,
                    IdempotencyKey = key,
                    Status = StockChangeStatus.Started,
                    UserId = sellerId,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.StockChanges.Add(change);
                await db.SaveChangesAsync(cancellationToken);
                return (null, change.StockChangeId);
            },
            cancellationToken);

    /// <summary>Adding, first: the units are in SQL. Once, whoever does it.</summary>
    internal Task<bool> AddToSqlAsync(StockChange change) =>
        _ledger.WriteAsync(
            async db =>
            {
                var units = await LockSaleAsync(db, change.SaleId, generation: null);
                var mine = await Unfinished(db, change).Where(c => !c.InSql).ExecuteUpdateAsync(set => set.SetProperty(c => c.InSql, true), CancellationToken.None);
                if (mine == 1)
                {
                    await db.Stocks
                        .Where(s => s.SaleId == change.SaleId)
                        .ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, s => s.SeckillStock + change.Delta), CancellationToken.None);
                    await MoveUnitsAsync(db, change, units!.Value, raise: false);
                }

                return mine == 1;
            },
            CancellationToken.None);

    /// <summary>Withdrawing, last: the units leave SQL under the generation in which they left Redis. False when that has changed.</summary>
    /// <param name="notInRedis">
    /// The sale is not in Redis and not due there. Whoever loads it at this moment may have looked already, so the generation is raised.
    /// </param>
    internal Task<bool> WithdrawFromSqlAsync(StockChange change, long generation, bool notInRedis) =>
        _ledger.WriteAsync(
            async db =>
            {
                if (await LockSaleAsync(db, change.SaleId, generation) is not { } units || !await Unfinished(db, change).AnyAsync())
                {
                    return false;
                }

                var taken = await db.Stocks
                    .Where(s => s.SaleId == change.SaleId && s.SeckillStock + change.Delta >= 0)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, s => s.SeckillStock + change.Delta), CancellationToken.None);
                if (taken == 1)
                {
                    await MoveUnitsAsync(db, change, units, raise: notInRedis);
                    await Unfinished(db, change).ExecuteUpdateAsync(
                        set => set
                            .SetProperty(c => c.InSql, true)
                            .SetProperty(c => c.RedisGeneration, notInRedis ? null : generation)
                            .SetProperty(c => c.Status, StockChangeStatus.Applied)
                            .SetProperty(c => c.UpdatedAt, _clock.UtcNow),
                        CancellationToken.None);
                }
                else if (notInRedis)
                {
                    await FinishAsync(db, change, StockChangeStatus.Refused, null);
                }
                else
                {
                    // Redis had more left than SQL: it is rebuilt, and then asked again.
                    await db.FlashSales
                        .Where(s => s.SaleId == change.SaleId)
                        .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, s => s.Generation + 1), CancellationToken.None);
                }

                return taken == 1;
            },
            CancellationToken.None);

    // What was decided is carried out: whoever hangs up now does not leave it half-way.
    private async Task<SellerResult> CompleteAsync(long saleId, long changeId)
    {
        var began = _clock.Time.GetTimestamp();
        while (true)
        {
            if (await TryStepAsync(saleId, changeId) is { } result)
            {
                return result;
            }

            if (!_store.IsTrusted || _clock.Time.GetElapsedTime(began) > Patience)
            {
                return new(SellerOutcome.NotNow, saleId);
            }

            _signals.Unloaded.Set();
            await Task.Delay(Pause, _clock.Time);
        }
    }

    private async Task<SellerResult?> TryStepAsync(long saleId, long changeId)
    {
        try
        {
            return await StepAsync(saleId, changeId);
        }
        catch (StoreException e)
        {
            // Whether Redis has moved or not, asking it again moves it once.
            LogNoAnswer(e, saleId, changeId);
            return null;
        }
    }

    private async Task<SellerResult?> StepAsync(long saleId, long changeId)
    {
        // The generation first. A change that is read as started afterwards was so under this generation, and what finishes it under
        // an older one can no longer.
        await using var db = await _contexts.CreateDbContextAsync();
        var generation = await db.FlashSales.Where(s => s.SaleId == saleId).Select(s => s.Generation).SingleAsync();
        var change = await db.StockChanges.AsNoTracking().SingleAsync(c => c.StockChangeId == changeId);
        return change switch
        {
            { Status: StockChangeStatus.Applied } => await ArrivedAsync(saleId),
            { Status: StockChangeStatus.Refused } => new(SellerOutcome.FewerLeft, saleId, Left: await LeftAsync(db, saleId)),
            { Delta: > 0 } => await AddAsync(change, generation),
            _ => await WithdrawAsync(change, generation),
        };
    }

    private async Task<SellerResult?> AddAsync(StockChange change, long generation)
    {
        await AddToSqlAsync(change);
        KillPoint.Pass(KillPoint.UnitsInSql);

        // Not in Redis is as good as done: whoever loads it clears its place first and looks into SQL afterwards, where the units are.
        var answer = await _gate.ChangeAsync(new(change.SaleId), generation, change.StockChangeId, change.Delta);
        if (answer.Outcome is not (GateOutcome.Done or GateOutcome.NotLoaded))
        {
            return null;
        }

        KillPoint.Pass(KillPoint.UnitsInRedis);
        await _ledger.WriteAsync(
            db => FinishAsync(db, change, StockChangeStatus.Applied, answer.Outcome == GateOutcome.Done ? generation : null), CancellationToken.None);
        return await ArrivedAsync(change.SaleId);
    }

    private async Task<SellerResult?> WithdrawAsync(StockChange change, long generation)
    {
        var answer = await _gate.ChangeAsync(new(change.SaleId), generation, change.StockChangeId, change.Delta);
        switch (answer.Outcome)
        {
            case GateOutcome.Done:
                KillPoint.Pass(KillPoint.UnitsInRedis);
                return await WithdrawFromSqlAsync(change, generation, notInRedis: false) ? await ArrivedAsync(change.SaleId) : null;
            case GateOutcome.FewerLeft:
                return await RefuseAsync(change, generation) ? new(SellerOutcome.FewerLeft, change.SaleId, Left: answer.Left) : null;
            case GateOutcome.NotLoaded:
                await _refresh.RunAsync(CancellationToken.None);
                if (_directory.FindSale(change.SaleId) is { } sale && !sale.BelongsInRedis(_clock.UtcNow))
                {
                    return await WithdrawFromSqlAsync(change, generation, notInRedis: true) ? await ArrivedAsync(change.SaleId) : null;
                }

                return null;
            default:
                return null;
        }
    }

    // Under the generation of the refusal: Redis remembers it only as long, and after a rebuild there may be enough.
    private Task<bool> RefuseAsync(StockChange change, long generation) =>
        _ledger.WriteAsync(
            async db => await LockSaleAsync(db, change.SaleId, generation) is not null && await FinishAsync(db, change, StockChangeStatus.Refused, generation) == 1,
            CancellationToken.None);

    private async Task<SellerResult> ArrivedAsync(long saleId)
    {
        await _refresh.RunAsync(CancellationToken.None);
        _signals.Turned.Set();
        return new(SellerOutcome.Done, saleId);
    }

    private async Task<int> LeftAsync(SeckillDbContext db, long saleId) =>
        await _gate.ReadAsync(new(saleId)) is { Rebuilding: false } reading
            ? reading.Left
            : await db.Stocks.Where(s => s.SaleId == saleId).Select(s => s.SeckillStock).SingleAsync();

    // Everybody who changes the units of the sale, or its generation, waits until this transaction ends. Null: another generation.
    private static async Task<int?> LockSaleAsync(SeckillDbContext db, long saleId, long? generation) =>
        await db.FlashSales
            .Where(s => s.SaleId == saleId && (generation == null || s.Generation == generation))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.UpdatedAt, s => s.UpdatedAt), CancellationToken.None) == 1
            ? await db.FlashSales.Where(s => s.SaleId == saleId).Select(s => s.Units).SingleAsync()
            : null;

    // With its trace. A form that was read before must not put the old number back, so it counts as a change of the sale.
    private async Task MoveUnitsAsync(SeckillDbContext db, StockChange change, int units, bool raise)
    {
        var read = await db.FlashSales.Where(s => s.SaleId == change.SaleId).Select(s => s.UpdatedAt).SingleAsync();
        var changedAt = SaleCalendar.After(read, _clock);
        await db.FlashSales
            .Where(s => s.SaleId == change.SaleId)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(s => s.Units, units + change.Delta)
                    .SetProperty(s => s.Generation, s => s.Generation + (raise ? 1 : 0))
                    .SetProperty(s => s.UpdatedAt, changedAt),
                CancellationToken.None);
        db.AuditEntries.Add(new()
        {
            AuditEntryId = _ids.Next(),
            SubjectId = change.SaleId,
            UserId = change.UserId,
            Action = change.Delta > 0 ? "add" : "withdraw",
            Before = JsonSerializer.Serialize(new { units }),
            After = JsonSerializer.Serialize(new { units = units + change.Delta }),
            At = changedAt,
        });
        await db.SaveChangesAsync(CancellationToken.None);
        LogChanged(change.SaleId, change.Delta, units + change.Delta);
    }

    private Task<int> FinishAsync(SeckillDbContext db, StockChange change, StockChangeStatus status, long? generation)
    {
        var now = _clock.UtcNow;
        return Unfinished(db, change).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Status, status).SetProperty(c => c.RedisGeneration, generation).SetProperty(c => c.UpdatedAt, now), CancellationToken.None);
    }

    private static IQueryable<StockChange> Unfinished(SeckillDbContext db, StockChange change) =>
        db.StockChanges.Where(c => c.StockChangeId == change.StockChangeId && c.Status == StockChangeStatus.Started);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex KeyPattern();

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {SaleId}: {Delta} units, now {Units}")]
    private partial void LogChanged(long saleId, int delta, int units);

    [LoggerMessage(Level = LogLevel.Error, Message = "Change {ChangeId} of the units of sale {SaleId} could not be completed; trying again")]
    private partial void LogFailed(Exception e, long changeId, long saleId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer to change {ChangeId} of the units of sale {SaleId}; it is tried again")]
    private partial void LogNoAnswer(Exception e, long saleId, long changeId);
}
