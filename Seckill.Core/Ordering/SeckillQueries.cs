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
        SeckillView? pending = null;
        var blind = !_store.IsTrusted;
        foreach (var sale in _directory.OpenAt(IdGenerator.TimeOf(seckillId), Tolerance))
        {
            try
            {
                if (await _gate.FindTicketAsync(sale.Keys, seckillId) is { } ticket)
                {
                    if (ticket.UserId != userId)
                    {
                        return new(SeckillLookupOutcome.NotConfirmed);
                    }

                    pending = new(seckillId, OrderId: null, sale.ProductId, ticket.Quantity, SeckillStatus.PendingOrder, Reason: null);
                    break;
                }

                blind |= await _gate.ReadAsync(sale.Keys) is null or { Rebuilding: true };
            }
            catch (StoreException)
            {
                blind = true;
            }
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var record = await View(db.SeckillRecords.Where(r => r.SeckillId == seckillId && r.UserId == userId)).SingleOrDefaultAsync(cancellationToken);
        return (record ?? pending) is { } found ? new(SeckillLookupOutcome.Found, found)
            : blind ? new(SeckillLookupOutcome.NotNow)
            : new(SeckillLookupOutcome.NotConfirmed);
    }

    /// <summary>The seckill id that an idempotency key stands for in the product's last sale; null when it took nothing.</summary>
    public async Task<SeckillView?> FindByKeyAsync(long productId, long userId, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (_directory.Find(productId, _clock.UtcNow) is not { } sale)
        {
            return null;
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await View(db.SeckillRecords.Where(r => r.SaleId == sale.SaleId && r.UserId == userId && r.IdempotencyKey == idempotencyKey).OrderBy(r => r.Id))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<SeckillView> View(IQueryable<SeckillRecord> records) =>
        records.Select(r => new SeckillView(r.SeckillId, r.OrderId, r.ProductId, r.Quantity, r.Status, r.Reason));
}
