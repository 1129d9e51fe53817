using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <param name="OrderId">Null before the order and when there is none.</param>
/// <param name="Reason">With <see cref="SeckillStatus.Refused"/>.</param>
public sealed record SeckillView(long SeckillId, long UserId, long? OrderId, long ProductId, int Quantity, SeckillStatus Status, RefusalReason? Reason);

public enum SeckillLookupOutcome
{
    Found,

    /// <summary>Nobody knows this id for this user, and nothing will ever be taken by it.</summary>
    NotConfirmed,

    /// <summary>Too early to say: the grab may still be on its way to the store, the sale is being rebuilt or the store is away. Ask again.</summary>
    NotNow,
}

public sealed record SeckillLookup(SeckillLookupOutcome Outcome, SeckillView? Seckill = null);

public sealed class SeckillQueries
{
    // How far the clock of the node that made an id may have been from the one clock, plus ids borrowed from the future.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // An id from so far ahead is nobody's: no clock is off by that.
    private static readonly TimeSpan Invented = TimeSpan.FromDays(1);

    // Nobody is told earlier that a grab took nothing, because that turns away whatever is as old and has not reached the store yet.
    private static readonly TimeSpan LastWordAfter = TimeSpan.FromSeconds(5);

    private static readonly Expression<Func<SeckillRecord, SeckillView>> View = r => new(r.SeckillId, r.UserId, r.OrderId, r.ProductId, r.Quantity, r.Status, r.Reason);

    // Asked again and again by everybody who waits.
    private readonly Func<SeckillDbContext, long, CancellationToken, Task<SeckillView?>> _findRecordAsync = EF.CompileAsyncQuery(
        (SeckillDbContext db, long seckillId, CancellationToken _) => db.SeckillRecords.Where(r => r.SeckillId == seckillId).Select(View).SingleOrDefault());

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
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var (seckill, certain) = (await _findRecordAsync(db, seckillId, cancellationToken), true);
        if (seckill is null)
        {
            // A ticket leaves the queue only after it is in the ledger: what is not in the queue any more is there by now.
            (seckill, certain) = await FindTicketAsync(seckillId);
            seckill ??= await _findRecordAsync(db, seckillId, cancellationToken);
        }

        return seckill?.UserId == userId
            ? new(SeckillLookupOutcome.Found, seckill)
            : new(seckill is not null || certain ? SeckillLookupOutcome.NotConfirmed : SeckillLookupOutcome.NotNow);
    }

    // Certain: whether there is none, and will be none, when none was found.
    private async Task<(SeckillView? Seckill, bool Certain)> FindTicketAsync(long seckillId)
    {
        var (now, made, losses) = (_clock.UtcNow, IdGenerator.TimeOf(seckillId), _store.Losses);

        // What was granted since this node looked at the sales may be of one that it does not know yet.
        var old = _clock.IsReliable && made < now - LastWordAfter && made < _directory.AsOf - LastWordAfter;
        var certain = old || made > now + Invented;

        // All that should be there, also what opens soon: by another node's clock, or by this one's a moment ago, it may be open. One after the
        // other, so that ids which nobody has cannot crowd out the grabs; first those that were open when the id was made.
        foreach (var sale in _directory.Live
            .Where(sale => sale.OpensAt - now <= SaleLoading.Ahead)
            .OrderBy(sale => !sale.MayHaveBeenOpenAt(made, Tolerance) ? 2 : sale.OpensAt > now ? 1 : 0))
        {
            try
            {
                var (known, ticket) = await _gate.FindTicketAsync(sale, seckillId, settle: old);
                if (ticket is var (user, quantity))
                {
                    return (new(seckillId, user, OrderId: null, sale.ProductId, quantity, SeckillStatus.PendingOrder, Reason: null), true);
                }

                // One that waits for its predecessor, or opens much later, need not be there, and nothing was taken from it.
                certain &= known || sale.Waiting || sale.OpensAt > made + Tolerance;
            }
            catch (StoreException)
            {
                // It would not answer for the others either, and each would take its time for that.
                return (null, false);
            }
        }

        return (null, certain && _store.IsTrusted && _store.Losses == losses);
    }

    /// <summary>The seckill id that an idempotency key last stood for in a sale of the product; null when it took nothing.</summary>
    public async Task<SeckillView?> FindByKeyAsync(long productId, long userId, string idempotencyKey, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.SeckillRecords
            .Where(r => r.UserId == userId && r.ProductId == productId && r.IdempotencyKey == idempotencyKey && r.Status != SeckillStatus.Refused)
            .OrderByDescending(r => r.Id)
            .Select(View)
            .FirstOrDefaultAsync(cancellationToken);
    }
}
