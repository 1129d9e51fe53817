using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <param name="OrderId">Null before the order and when there is none.</param>
/// <param name="Reason">With <see cref="SeckillStatus.Refused"/>.</param>
public sealed record SeckillView(long SeckillId, long? OrderId, long ProductId, int Quantity, SeckillStatus Status, RefusalReason? Reason);

public enum SeckillLookupOutcome
{
    Found,

    /// <summary>Nobody knows this id for this user: not confirmed, or never was.</summary>
    NotConfirmed,

    /// <summary>The sale is being rebuilt or the store is away: ask again.</summary>
    NotNow,
}

public sealed record SeckillLookup(SeckillLookupOutcome Outcome, SeckillView? Seckill = null);

public sealed class SeckillQueries
{
    // How far the clock of the node that made an id may have been from the one clock, plus ids borrowed from the future.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly SaleDirectory _directory;
    private readonly SaleGate _gate;
    private readonly StoreConnection _store;
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly StoreClock _clock;

    internal SeckillQueries(SaleDirectory directory, SaleGate gate, StoreConnection store, IDbContextFactory<SeckillDbContext> contexts, StoreClock clock) =>
        (_directory, _gate, _store, _contexts, _clock) = (directory, gate, store, contexts, clock);

    /// <summary>Where a shopper's grab stands, right at every moment. Somebody else's id is not found.</summary>
    public async Task<SeckillLookup> FindAsync(long seckillId, long userId, CancellationToken cancellationToken)
    {
        // Along the flow: the queue first, then the ledger. A ticket leaves the queue only after it is in the ledger, so it is never in neither.
        // The id tells which sales were open when it was made, so that one look is enough nearly always.
        var likely = _directory.OpenAt(IdGenerator.TimeOf(seckillId), Tolerance).ToList();
        var pending = await FindTicketAsync(likely, seckillId, userId);
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var record = await FindRecordAsync();
        if (record is null && pending.Seckill is null)
        {
            pending = await FindTicketAsync(_directory.Live, seckillId, userId);
            record = await FindRecordAsync();
        }

        return (record ?? pending.Seckill) is { } found ? new(SeckillLookupOutcome.Found, found) : new(pending.Outcome);

        Task<SeckillView?> FindRecordAsync() => View(db.SeckillRecords.Where(r => r.SeckillId == seckillId && r.UserId == userId)).SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<SeckillLookup> FindTicketAsync(IEnumerable<SaleCard> sales, long seckillId, long userId)
    {
        var now = _clock.UtcNow;
        var outcome = _store.IsTrusted ? SeckillLookupOutcome.NotConfirmed : SeckillLookupOutcome.NotNow;
        foreach (var sale in sales.Where(sale => sale.OpensAt <= now))
        {
            try
            {
                var (known, ticket) = await _gate.FindTicketAsync(sale.Keys, seckillId);
                if (ticket is not null)
                {
                    return ticket.Value.UserId == userId
                        ? new(SeckillLookupOutcome.Found, new(seckillId, OrderId: null, sale.ProductId, ticket.Value.Quantity, SeckillStatus.PendingOrder, Reason: null))
                        : new(SeckillLookupOutcome.NotConfirmed);
                }

                // One that waits for its predecessor is not there, and nothing was ever taken from it.
                outcome = known || sale.Waiting ? outcome : SeckillLookupOutcome.NotNow;
            }
            catch (StoreException)
            {
                outcome = SeckillLookupOutcome.NotNow;
            }
        }

        return new(outcome);
    }

    /// <summary>The seckill id that an idempotency key last stood for in a sale of the product; null when it took nothing.</summary>
    public async Task<SeckillView?> FindByKeyAsync(long productId, long userId, string idempotencyKey, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await View(db.SeckillRecords
                .Where(r => r.UserId == userId && r.ProductId == productId && r.IdempotencyKey == idempotencyKey && r.Status != SeckillStatus.Refused)
                .OrderByDescending(r => r.Id))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<SeckillView> View(IQueryable<SeckillRecord> records) =>
        records.Select(r => new SeckillView(r.SeckillId, r.OrderId, r.ProductId, r.Quantity, r.Status, r.Reason));
}
