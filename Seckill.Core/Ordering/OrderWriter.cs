using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <summary>Turns queued tickets into orders: look, write in one transaction, undo in Redis what was refused, trim.</summary>
internal sealed partial class OrderWriter(
    TicketQueue queue,
    OrderBook book,
    Ledger ledger,
    ReleaseScript release,
    OrderNews news,
    OrderFeed feed,
    SaleDirectory directory,
    StockSignals signals,
    StoreClock clock,
    Metering metering,
    ILogger<OrderWriter> logger)
{
    private const int TriesBeforeRefusal = 3;

    private static readonly TimeSpan StuckRest = TimeSpan.FromSeconds(5);

    // Tickets of which not even the refusal could be written → when to try again.
    private readonly ConcurrentDictionary<long, DateTime> _stuck = new();

    /// <summary>Writes the first tickets of one sale's queue, and the next ones for as long as this is wanted. How many left the queue.</summary>
    /// <param name="goOn">Asked after each batch. Its next one is looked at together with the trim: a round trip less.</param>
    /// <exception cref="StoreException">The store did not answer; the tickets come round again.</exception>
    public async Task<int> WriteAsync(SaleCard sale, Func<bool> goOn, CancellationToken cancellationToken)
    {
        var written = 0;
        for (var batch = await queue.PeekAsync(sale.Keys); batch is not null;)
        {
            (var count, batch) = await WriteAsync(sale, batch, goOn, cancellationToken);
            written += count;
        }

        return written;
    }

    // Next: null as well where nothing left the queue, so that what cannot be written now is not tried again at once.
    private async Task<(int Count, PeekedTickets? Next)> WriteAsync(SaleCard sale, PeekedTickets peeked, Func<bool> goOn, CancellationToken cancellationToken)
    {
        KillPoint.Pass(KillPoint.TicketsPeeked);

        // What is not a ticket has no id to be refused under. It leaves with the rest, and the rebuild finds its units again.
        var tickets = peeked.Raw.Select(Ticket.Parse).OfType<Ticket>().ToList();
        if (tickets.Count < peeked.Raw.Count)
        {
            LogNotATicket(sale.SaleId, peeked.Raw.Count - tickets.Count);
        }

        var booked = await BookAsync(sale.SaleId, peeked.Generation, tickets, cancellationToken);
        if (booked.Fenced)
        {
            signals.Unloaded.Set();
            directory.Stale.Set();
            return (0, null);
        }

        KillPoint.Pass(KillPoint.OrdersCommitted);
        Tell(sale, booked);
        if (!await ReleaseRefusedAsync(sale, peeked.Generation, booked))
        {
            return (0, null);
        }

        // Before they are gone: whoever dies in between asks twice, not never.
        if (tickets.Count < peeked.Raw.Count)
        {
            await book.RequestRebuildAsync(sale.SaleId, cancellationToken);
        }

        // Nobody waits behind a ticket that cannot be written at all.
        var stuck = (booked.Stuck ?? []).Select(ticket => ticket.SeckillId).ToHashSet();
        var back = stuck.Count == 0 ? [] : peeked.Raw.Where(raw => Ticket.Parse(raw) is { } ticket && stuck.Contains(ticket.SeckillId)).ToList();
        var count = peeked.Raw.Count - back.Count;
        var (trimmed, next) = count > 0 && goOn()
            ? await queue.TrimAndPeekAsync(sale.Keys, peeked.Raw, back)
            : (await queue.TrimAsync(sale.Keys, peeked.Raw, back), null);
        return (trimmed ? count : 0, next);
    }

    private async Task<BookedBatch> BookAsync(long saleId, long generation, List<Ticket> tickets, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var stuck = tickets.Where(ticket => _stuck.TryGetValue(ticket.SeckillId, out var again) && now < again).ToList();
        var due = stuck.Count == 0 ? tickets : [.. tickets.Except(stuck)];
        try
        {
            return await book.WriteAsync(saleId, generation, due, refuse: null, cancellationToken) with { Stuck = stuck };
        }
        catch (Exception e) when (IsRowRejected(e))
        {
            LogBatchRejected(e, saleId, due.Count);
        }

        // One row of the batch is poison: one by one, so that the others do not wait for it.
        var results = new List<TicketResult>(due.Count);
        foreach (var ticket in due)
        {
            if (await BookOneAsync(saleId, generation, ticket, cancellationToken) is not { } one)
            {
                _stuck[ticket.SeckillId] = clock.UtcNow + StuckRest;
                stuck.Add(ticket);
                continue;
            }

            if (one.Fenced)
            {
                return one;
            }

            _stuck.TryRemove(ticket.SeckillId, out _);
            results.AddRange(one.Results);
            if (one.RebuildRequested)
            {
                // The generation has moved on with this ticket; the rest is read again under the next one.
                return new(Fenced: false, results, RebuildRequested: true, Partial: true);
            }
        }

        return new(Fenced: false, results, Stuck: stuck);
    }

    // Null: the database takes not even the refusal.
    private async Task<BookedBatch?> BookOneAsync(long saleId, long generation, Ticket ticket, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= TriesBeforeRefusal + 1; attempt++)
        {
            try
            {
                return await book.WriteAsync(saleId, generation, [ticket], attempt > TriesBeforeRefusal ? RefusalReason.Unwritable : null, cancellationToken);
            }
            catch (Exception e) when (IsRowRejected(e))
            {
                LogPoison(e, ticket.SeckillId, saleId, attempt);
            }
        }

        return null;
    }

    private bool IsRowRejected(Exception e) => (e as DbException ?? e.InnerException as DbException) is { } cause && ledger.Sql.IsRowRejected(cause);

    private void Tell(SaleCard sale, BookedBatch booked)
    {
        news.Publish(booked.Results);
        var refused = 0;
        foreach (var (ticket, refusal) in booked.Results)
        {
            feed.Publish(ticket.UserId);
            if (refusal is not null)
            {
                refused++;
                metering.TicketsRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal));
                LogRefused(ticket.SeckillId, sale.SaleId, refusal.Value);
            }
        }

        metering.OrdersWritten.Add(booked.Results.Count - refused);
        if (booked.RebuildRequested)
        {
            LogRebuildRequested(sale.SaleId);
            directory.Stale.Set();
            signals.Unloaded.Set();
        }
    }

    // Only now, with the refusal in SQL, does Redis change. Units that SQL says do not exist do not go back on sale.
    private async Task<bool> ReleaseRefusedAsync(SaleCard sale, long generation, BookedBatch booked)
    {
        foreach (var group in booked.Results.Where(r => r.Refusal is not null).GroupBy(r => r.Refusal != RefusalReason.SoldOut))
        {
            KillPoint.Pass(KillPoint.TicketsRefused);
            if (await release.RefusedAsync(sale.Keys, generation, backOnSale: group.Key, [.. group.Select(r => r.Ticket)]) == ReleaseOutcome.NotLoaded)
            {
                return false;
            }

            signals.Turned.Set();
        }

        return !booked.Partial;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of sale {SaleId} held {Count} entries that are not tickets; they were dropped")]
    private partial void LogNotATicket(long saleId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database rejected a row among {Count} tickets of sale {SaleId}; they are tried one by one")]
    private partial void LogBatchRejected(Exception e, long saleId, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database rejected ticket {SeckillId} of sale {SaleId} (try {Attempt})")]
    private partial void LogPoison(Exception e, long seckillId, long saleId, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ticket {SeckillId} of sale {SaleId} did not become an order: {Reason}")]
    private partial void LogRefused(long seckillId, long saleId, RefusalReason reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "SQL refused what Redis had admitted to sale {SaleId}: the sale is rebuilt")]
    private partial void LogRebuildRequested(long saleId);
}
