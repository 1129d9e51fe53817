using Microsoft.EntityFrameworkCore;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Sales;

/// <summary>
/// The account of a sale, in units. <paramref name="Difference"/> is the largest deviation of: Redis <c>units = left + Σ tickets</c>
/// and <c>Σ tickets = Σ held</c>; SQL <c>units = stock + awaiting payment + paid</c>; across <c>stock = left + queued + closed and not
/// yet released</c>. 0 when nothing is in flight.
/// </summary>
/// <param name="Released">Units that came back from cancelled and timed-out orders.</param>
/// <param name="Difference">Null while Redis cannot be read. A sale that is not in Redis, before or after its time, is accounted by SQL alone.</param>
/// <param name="Redis">Null when Redis has not got the sale, or cannot be read.</param>
public sealed record SaleAccount(int Units, int Left, int Queued, int AwaitingPayment, int Paid, int Released, int? Difference, StoreAccount? Redis, LedgerAccount Sql);

/// <summary>What Redis says, in units: all that are on sale are left or held.</summary>
/// <param name="Held">Units that shoppers hold or have bought.</param>
/// <param name="Queued">Those of them whose tickets wait for their orders.</param>
public sealed record StoreAccount(int Units, int Left, int Held, int Queued);

/// <summary>What SQL says, in units: all that are on sale are in stock, await their payment or are paid.</summary>
/// <param name="Returning">Units of closed orders that are in stock and not yet back in Redis.</param>
public sealed record LedgerAccount(int Units, int Stock, int AwaitingPayment, int Paid, int Returning);

public sealed class SaleAccounts
{
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly SaleGate _gate;
    private readonly StoreClock _clock;

    internal SaleAccounts(IDbContextFactory<SeckillDbContext> contexts, SaleGate gate, StoreClock clock) => (_contexts, _gate, _clock) = (contexts, gate, clock);

    /// <param name="sellerId">Whose sale it must be; null: anybody's (operators, tests).</param>
    public async Task<SaleAccount?> FindAsync(long saleId, long? sellerId, CancellationToken cancellationToken)
    {
        GateAccount? gate = null;
        var blind = false;
        try
        {
            gate = await _gate.ReadAccountAsync(new(saleId));
        }
        catch (StoreException)
        {
            blind = true;
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var sale = await db.FlashSales
            .Where(s => s.SaleId == saleId && (sellerId == null || s.SellerId == sellerId))
            .Join(db.Stocks, s => s.SaleId, t => t.SaleId, (s, t) => new { s.Units, s.State, s.OpensAt, t.SeckillStock })
            .SingleOrDefaultAsync(cancellationToken);
        if (sale is null)
        {
            return null;
        }

        var orders = db.Orders.Where(o => o.SaleId == saleId);
        var awaiting = await orders.Where(o => o.Status == OrderStatus.PendingPayment).SumAsync(o => o.Quantity, cancellationToken);
        var paid = await orders.Where(o => o.Status == OrderStatus.Paid).SumAsync(o => o.Quantity, cancellationToken);
        // By status, too: the index leads to the few that closed, past all that are paid.
        var released = await orders.Where(o => (o.Status == OrderStatus.Cancelled || o.Status == OrderStatus.TimedOut) && o.ReleasedAt != null).SumAsync(o => o.Quantity, cancellationToken);
        var unreleased = await orders.Where(o => o.ClosedAt != null && o.ReleasedAt == null).SumAsync(o => o.Quantity, cancellationToken);
        var sql = new LedgerAccount(sale.Units, sale.SeckillStock, awaiting, paid, unreleased);
        var inSql = Math.Abs(sale.Units - sale.SeckillStock - awaiting - paid);
        if (gate is null)
        {
            var notExpected = sale.State == SaleState.Closed || sale.OpensAt > _clock.UtcNow;
            return new(sale.Units, sale.SeckillStock, Queued: 0, awaiting, paid, released, blind || !notExpected ? null : inSql, Redis: null, sql);
        }

        var queued = await CountQueuedAsync(db, gate.Queue, cancellationToken);
        int[] deviations =
        [
            Math.Abs(gate.Units - gate.Left - gate.Tickets),
            Math.Abs(gate.Tickets - gate.Held),
            inSql,
            Math.Abs(sale.SeckillStock - gate.Left - queued - unreleased),
        ];
        return new(sale.Units, gate.Left, queued, awaiting, paid, released, deviations.Max(), new(gate.Units, gate.Left, gate.Held, queued), sql);
    }

    // Queued: in the queue and without a record in SQL.
    private static async Task<int> CountQueuedAsync(SeckillDbContext db, IReadOnlyList<string> queue, CancellationToken cancellationToken)
    {
        var queued = 0;
        foreach (var batch in queue.Select(Ticket.Parse).OfType<Ticket>().DistinctBy(t => t.SeckillId).Chunk(1000))
        {
            var ids = batch.Select(t => t.SeckillId).ToArray();
            var recorded = await db.SeckillRecords.Where(r => ids.Contains(r.SeckillId)).Select(r => r.SeckillId).ToHashSetAsync(cancellationToken);
            queued += batch.Where(t => !recorded.Contains(t.SeckillId)).Sum(t => t.Quantity);
        }

        return queued;
    }
}
