using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <param name="Refusal">Null: the ticket has its order.</param>
internal sealed record TicketResult(Ticket Ticket, RefusalReason? Refusal);

/// <param name="Fenced">The sale's generation was not the one the tickets were read under: nothing was written.</param>
/// <param name="RebuildRequested">SQL has refused what Redis admitted, so the sale's generation was raised with the batch.</param>
/// <param name="Partial">Some of the tickets have not been looked at: they come round again.</param>
/// <param name="Stuck">Tickets of which the database takes not even the refusal.</param>
internal sealed record BookedBatch(bool Fenced, IReadOnlyList<TicketResult> Results, bool RebuildRequested = false, bool Partial = false, IReadOnlyCollection<Ticket>? Stuck = null);

/// <summary>
/// Writes tickets into the ledger: for each batch one transaction, guarded by the sale's generation, its stock, and the limit
/// that each ticket carries.
/// </summary>
internal sealed class OrderBook(Ledger ledger, IdGenerator ids, StoreClock clock)
{
    /// <summary>
    /// Gives every ticket its record, and an order to those that may have one. A ticket that has its record keeps it; the same id
    /// twice is one ticket.
    /// </summary>
    /// <param name="refuse">Not null: no ticket becomes an order, each is refused for this.</param>
    public Task<BookedBatch> WriteAsync(long saleId, long generation, IReadOnlyList<Ticket> tickets, RefusalReason? refuse, CancellationToken cancellationToken) =>
        ledger.WriteAsync(db => WriteAsync(db, saleId, generation, tickets, refuse, cancellationToken), cancellationToken);

    /// <summary>Raises the sale's generation: its Redis side is rebuilt from SQL, and nothing of the old one is written meanwhile.</summary>
    public Task RequestRebuildAsync(long saleId, CancellationToken cancellationToken) =>
        ledger.WriteAsync(db => RaiseGenerationAsync(db, saleId, cancellationToken), cancellationToken);

    private static Task<int> RaiseGenerationAsync(SeckillDbContext db, long saleId, CancellationToken cancellationToken) =>
        db.FlashSales.Where(s => s.SaleId == saleId).ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, s => s.Generation + 1), cancellationToken);

    private async Task<BookedBatch> WriteAsync(
        SeckillDbContext db, long saleId, long generation, IReadOnlyList<Ticket> tickets, RefusalReason? refuse, CancellationToken cancellationToken)
    {
        var sales = await db.QueryAsync(ledger.Sql.LockSale, SaleRow.Read, cancellationToken, saleId);
        if (sales is not [var sale] || sale.Generation != generation)
        {
            return new(Fenced: true, []);
        }

        var known = await FindRecordsAsync(db, tickets, cancellationToken);
        var results = new List<TicketResult>(tickets.Count);
        var fresh = new List<Ticket>(tickets.Count);
        var seen = new Dictionary<long, Ticket>(tickets.Count);
        var clash = false;
        foreach (var ticket in tickets)
        {
            if (known.TryGetValue(ticket.SeckillId, out var record))
            {
                // Two winners with one id: the later one has no record of its own to be refused by. A rebuild gives its units back.
                clash |= record.SaleId != saleId || record.UserId != ticket.UserId || record.Quantity != ticket.Quantity;
                results.Add(new(ticket, record.Reason is null ? null : Enum.Parse<RefusalReason>(record.Reason)));
            }
            else if (seen.TryAdd(ticket.SeckillId, ticket))
            {
                fresh.Add(ticket);
            }
            else
            {
                clash |= seen[ticket.SeckillId].UserId != ticket.UserId || seen[ticket.SeckillId].Quantity != ticket.Quantity;
            }
        }

        var decided = refuse is { } reason
            ? [.. fresh.Select(ticket => new TicketResult(ticket, reason))]
            : await DecideAsync(db, saleId, sale.ProductId, fresh, cancellationToken);
        await InsertAsync(db, saleId, sale, decided, cancellationToken);
        results.AddRange(decided);

        var rebuild = clash || decided.Any(result => result.Refusal == RefusalReason.SoldOut);
        if (rebuild)
        {
            await RaiseGenerationAsync(db, saleId, cancellationToken);
        }

        return new(Fenced: false, results, rebuild);
    }

    private async Task<Dictionary<long, RecordRow>> FindRecordsAsync(SeckillDbContext db, IReadOnlyList<Ticket> tickets, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync(ledger.Sql.FindRecords, RecordRow.Read, cancellationToken, Ledger.Json(tickets.Select(t => t.SeckillId)));
        return rows.ToDictionary(row => row.SeckillId);
    }

    // Which tickets become orders: limits first, then quota, then stock, each in queue order. Stock and quota have moved by what was
    // accepted when this returns.
    private async Task<List<TicketResult>> DecideAsync(
        SeckillDbContext db, long saleId, long productId, List<Ticket> tickets, CancellationToken cancellationToken)
    {
        var results = new List<TicketResult>(tickets.Count);
        if (tickets.Count == 0)
        {
            return results;
        }

        var users = Ledger.Json(tickets.Select(t => t.UserId).Distinct());
        var held = (await db.QueryAsync(ledger.Sql.SumHeld, row => (UserId: row.GetInt64(0), Quantity: row.GetInt32(1)), cancellationToken, saleId, users))
            .ToDictionary(row => row.UserId, row => row.Quantity);
        foreach (var ticket in tickets)
        {
            var units = held.GetValueOrDefault(ticket.UserId) + ticket.Quantity;
            var allowed = units <= ticket.Limit;
            if (allowed)
            {
                held[ticket.UserId] = units;
                if (ticket.Vip)
                {
                    // A quota that was lowered meanwhile does not take back what was granted under the old one.
                    await MoveQuotaAsync(db, productId, ticket.UserId, -ticket.Quantity, cancellationToken);
                }
            }

            results.Add(new(ticket, allowed ? null : RefusalReason.OverLimit));
        }

        var wanted = results.Where(r => r.Refusal is null).Sum(r => r.Ticket.Quantity);
        if (await TakeStockAsync(db, saleId, wanted, cancellationToken))
        {
            return results;
        }

        for (var i = 0; i < results.Count; i++)
        {
            var (ticket, refusal) = results[i];
            if (refusal is null && !await TakeStockAsync(db, saleId, ticket.Quantity, cancellationToken))
            {
                results[i] = new(ticket, RefusalReason.SoldOut);
                if (ticket.Vip)
                {
                    await MoveQuotaAsync(db, productId, ticket.UserId, ticket.Quantity, cancellationToken);
                }
            }
        }

        return results;
    }

    private async Task<bool> TakeStockAsync(SeckillDbContext db, long saleId, int quantity, CancellationToken cancellationToken) =>
        await db.ExecuteAsync(ledger.Sql.TakeStock, cancellationToken, saleId, quantity) == 1;

    private static Task<int> MoveQuotaAsync(SeckillDbContext db, long productId, long userId, int delta, CancellationToken cancellationToken) =>
        db.VipPurchaseLimits
            .Where(v => v.ProductId == productId && v.UserId == userId)
            .ExecuteUpdateAsync(set => set.SetProperty(v => v.Remaining, v => v.Remaining + delta > 0 ? v.Remaining + delta : 0), cancellationToken);

    private async Task InsertAsync(SeckillDbContext db, long saleId, SaleRow sale, List<TicketResult> results, CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return;
        }

        var now = clock.Milliseconds;
        var records = new List<RecordInsert>(results.Count);
        var orders = new List<OrderInsert>(results.Count);
        foreach (var (ticket, refusal) in results)
        {
            long? orderId = refusal is null ? ids.Next() : null;
            records.Add(new(
                ticket.SeckillId, saleId, orderId, ticket.UserId, sale.ProductId, ticket.Quantity,
                (refusal is null ? SeckillStatus.PendingPayment : SeckillStatus.Refused).ToString(), ticket.Key,
                (ticket.Vip ? LimitKind.Vip : LimitKind.Default).ToString(), ticket.Limit, refusal?.ToString(), ticket.GrabbedAt, now, now));
            if (orderId is not null)
            {
                orders.Add(new(
                    orderId.Value, saleId, ticket.SeckillId, sale.ProductId, ticket.UserId, sale.SellerId, ticket.Quantity, sale.PriceCents,
                    nameof(OrderStatus.PendingPayment), now, now, now + sale.PaymentWindow));
            }
        }

        await ledger.Sql.InsertAsync(db, records, orders, cancellationToken);
    }

    private sealed record SaleRow(long ProductId, long SellerId, long PriceCents, long PaymentWindow, long Generation)
    {
        public static SaleRow Read(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
    }

    private sealed record RecordRow(long SeckillId, long SaleId, long UserId, int Quantity, string? Reason)
    {
        public static RecordRow Read(DbDataReader row) =>
            new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4));
    }
}
