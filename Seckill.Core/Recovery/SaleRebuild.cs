using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core.Recovery;

/// <summary>
/// Puts a sale into Redis as SQL has it: the first time, and whenever Redis may have lost something. The sale's generation in SQL
/// is the fence: it is raised first, so whatever was read or decided under an older one changes nothing any more.
/// </summary>
internal sealed partial class SaleRebuild(
    IDbContextFactory<SeckillDbContext> contexts, Ledger ledger, LoadScripts load, SaleGate gate, LeaseScript lease, DirectoryRefresh refresh, StockSignals signals, StoreClock clock, Metering metering, ILogger<SaleRebuild> logger)
{
    // Short, and kept for as long as it takes: who died in the middle of a rebuild keeps nobody from beginning anew.
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ProlongEvery = TimeSpan.FromSeconds(1);

    /// <summary>Rebuilds a sale. False when somebody else does, the sale is closed, or a newer rebuild has overtaken this one.</summary>
    /// <exception cref="StoreException">The store did not answer; whoever looks next begins anew.</exception>
    public async Task<bool> RunAsync(long saleId, CancellationToken cancellationToken)
    {
        var keys = new SaleKeys(saleId);
        if (!await lease.TakeAsync(keys.Rebuilder, LeaseLength))
        {
            return false;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeping = KeepLeaseAsync(keys, over.Token);
        try
        {
            // (1) From here on no order is written and nothing is released under what Redis holds now.
            if (await RaiseGenerationAsync(saleId, cancellationToken) is not { } generation)
            {
                return false;
            }

            KillPoint.Pass(KillPoint.GenerationRaised);

            // (2) From here on no grab is taken; the queue stays as it is, but for a trim of what SQL already has.
            if (!await load.BeginAsync(keys, generation))
            {
                return false;
            }

            // (3) SQL first, the queue second: a ticket without a record in that SQL is still in the queue.
            var picture = await ledger.ReadAsync(db => ReadPictureAsync(db, saleId, cancellationToken), cancellationToken);
            var queue = await gate.ReadQueueAsync(keys);
            var contents = Combine(picture, queue);

            // (4), (5)
            if (!await load.InstallAsync(keys, generation, contents, () => lease.TakeAsync(keys.Rebuilder, LeaseLength)))
            {
                return false;
            }

            if (contents.Tickets.Count == 0)
            {
                LogLoaded(saleId, generation, contents.Left);
            }
            else
            {
                LogRebuilt(saleId, generation, contents.Left, contents.Tickets.Count);
            }

            metering.Rebuilds.Add(1);
            await refresh.RunAsync(cancellationToken);
            signals.Turned.Set();
            signals.HasTickets(saleId);
            return true;
        }
        finally
        {
            await over.CancelAsync();
            await keeping;
            await lease.ReleaseAsync(keys.Rebuilder);
        }
    }

    private async Task KeepLeaseAsync(SaleKeys keys, CancellationToken over)
    {
        while (true)
        {
            try
            {
                await Task.Delay(ProlongEvery, clock.Time, over);
                await lease.TakeAsync(keys.Rebuilder, LeaseLength);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StoreException)
            {
                // The rebuild itself hears of that.
            }
        }
    }

    private async Task<long?> RaiseGenerationAsync(long saleId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var seen = await db.FlashSales
            .Where(s => s.SaleId == saleId && s.State != SaleState.Closed)
            .Select(s => (long?)s.Generation)
            .SingleOrDefaultAsync(cancellationToken);

        // The number must be this rebuild's alone.
        var raised = seen is not null && await db.FlashSales
            .Where(s => s.SaleId == saleId && s.Generation == seen && s.State != SaleState.Closed)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, seen + 1), cancellationToken) == 1;
        return raised ? seen + 1 : null;
    }

    private static async Task<LedgerPicture> ReadPictureAsync(SeckillDbContext db, long saleId, CancellationToken cancellationToken)
    {
        var sale = await db.FlashSales.AsNoTracking().SingleAsync(s => s.SaleId == saleId, cancellationToken);
        return new(
            sale,
            await db.Stocks.Where(s => s.SaleId == saleId).Select(s => s.SeckillStock).SingleAsync(cancellationToken),
            await db.PurchaseLimits.Where(l => l.ProductId == sale.ProductId).Select(l => (int?)l.Quantity).SingleOrDefaultAsync(cancellationToken) ?? PurchaseLimit.Default,
            await db.VipPurchaseLimits.Where(v => v.ProductId == sale.ProductId).Select(v => new ValueTuple<long, int>(v.UserId, v.Remaining)).ToListAsync(cancellationToken),
            await db.SeckillRecords
                .Where(r => r.SaleId == saleId)
                .Select(r => new RecordPicture(r.SeckillId, r.UserId, r.Quantity, r.Status, r.IdempotencyKey, r.LimitKind))
                .ToListAsync(cancellationToken),

            // All that SQL has, finished or not: whoever works on a change may have read it as started just before it was finished, and
            // ask Redis to make it under this generation.
            await db.StockChanges.Where(c => c.SaleId == saleId && c.InSql).Select(c => c.StockChangeId).ToListAsync(cancellationToken));
    }

    private static SaleContents Combine(LedgerPicture picture, IReadOnlyList<string> queue)
    {
        var recorded = picture.Records.Select(r => r.SeckillId).ToHashSet();
        var queued = queue.Select(Ticket.Parse).OfType<Ticket>().Where(t => !recorded.Contains(t.SeckillId)).DistinctBy(t => t.SeckillId).ToList();
        var alive = picture.Records.Where(r => r.Status is SeckillStatus.PendingPayment or SeckillStatus.Paid).ToList();

        var tickets = alive.ToDictionary(r => r.SeckillId, r => (r.UserId, r.Quantity));
        foreach (var ticket in queued)
        {
            tickets[ticket.SeckillId] = (ticket.UserId, ticket.Quantity);
        }

        var held = tickets.Values.GroupBy(t => t.UserId).ToDictionary(group => group.Key, group => group.Sum(t => t.Quantity));

        // A quota in this sale is what remains of it plus what this sale has taken from it.
        var taken = alive.Where(r => r.LimitKind == LimitKind.Vip).GroupBy(r => r.UserId).ToDictionary(group => group.Key, group => group.Sum(r => r.Quantity));
        var quotas = picture.Quotas.ToDictionary(quota => quota.UserId, quota => quota.Remaining + taken.GetValueOrDefault(quota.UserId));

        var requests = new Dictionary<string, string>();
        foreach (var (userId, key, seckillId, quantity) in picture.Records.Where(r => r.Status != SeckillStatus.Refused).OrderBy(r => r.SeckillId).Select(r => (r.UserId, r.IdempotencyKey, r.SeckillId, r.Quantity))
            .Concat(queued.Select(t => (t.UserId, t.Key, t.SeckillId, t.Quantity))))
        {
            if (key is not null)
            {
                requests.TryAdd($"{userId}:{key}", $"{seckillId}:{quantity}");
            }
        }

        return new(
            Left: picture.SqlStock - queued.Sum(t => t.Quantity),
            picture.Sale.Units,
            picture.Sale.OpensAt.ToMilliseconds(),
            picture.Sale.EndsAt.ToMilliseconds(),
            picture.Limit,
            Paused: picture.Sale.State == SaleState.Paused,
            Version: picture.Sale.UpdatedAt.ToMilliseconds(),
            held,
            quotas,
            tickets,
            requests,
            picture.DoneChanges);
    }

    private sealed record RecordPicture(long SeckillId, long UserId, int Quantity, SeckillStatus Status, string? IdempotencyKey, LimitKind LimitKind);

    private sealed record LedgerPicture(
        FlashSale Sale, int SqlStock, int Limit, List<(long UserId, int Remaining)> Quotas, List<RecordPicture> Records, List<long> DoneChanges);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Sale {SaleId} is in Redis (generation {Generation}): {Left} units left")]
    private partial void LogLoaded(long saleId, long generation, int left);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {SaleId} is rebuilt in Redis (generation {Generation}): {Left} units left, {Tickets} tickets held")]
    private partial void LogRebuilt(long saleId, long generation, int left, int tickets);
}
