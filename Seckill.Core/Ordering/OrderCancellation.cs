using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

public enum CancelOutcome
{
    /// <summary>Cancelled, now or before.</summary>
    Cancelled,
    NotFound,

    /// <summary>Paid or timed out meanwhile.</summary>
    StateChanged,

    /// <summary>The ledger cannot be written at the moment.</summary>
    NotNow,
}

/// <param name="Order">The order as it is now; null when not found or not to be read.</param>
public sealed record CancelResult(CancelOutcome Outcome, OrderView? Order);

public sealed partial class OrderCancellation
{
    private readonly Ledger _ledger;
    private readonly OrderClosing _closing;
    private readonly OrderRelease _release;
    private readonly OrderQueries _queries;
    private readonly OrderFeed _feed;
    private readonly StoreClock _clock;
    private readonly Metering _metering;
    private readonly ILogger _logger;

    internal OrderCancellation(
        Ledger ledger, OrderClosing closing, OrderRelease release, OrderQueries queries, OrderFeed feed, StoreClock clock, Metering metering, ILogger<OrderCancellation> logger) =>
        (_ledger, _closing, _release, _queries, _feed, _clock, _metering, _logger) = (ledger, closing, release, queries, feed, clock, metering, logger);

    /// <summary>Closes a shopper's unpaid order and gives its units back.</summary>
    public async Task<CancelResult> CancelAsync(long orderId, long userId, CancellationToken cancellationToken)
    {
        try
        {
            return await TryCancelAsync(orderId, userId, cancellationToken);
        }
        catch (Exception e) when (LedgerAway.Is(e))
        {
            // If it was closed after all, asking again says so, and the sweep gives its units back.
            LogNotNow(e, orderId);
            return new(CancelOutcome.NotNow, null);
        }
    }

    private async Task<CancelResult> TryCancelAsync(long orderId, long userId, CancellationToken cancellationToken)
    {
        if (await _queries.FindForAsync(orderId, userId, cancellationToken) is not { } order)
        {
            return new(CancelOutcome.NotFound, null);
        }

        if (order.Status == OrderStatus.PendingPayment && await CloseAsync(order, cancellationToken))
        {
            KillPoint.Pass(KillPoint.OrdersClosed);
            LogCancelled(orderId, order.SaleId);
            _metering.OrdersCancelled.Add(1);
            _feed.Publish(userId);

            // The order is closed whatever comes now; a shopper who leaves at this moment does not keep the units from others.
            await _release.SweepAsync(order.SaleId, CancellationToken.None);
        }

        var now = await _queries.FindForAsync(orderId, userId, cancellationToken);
        return new(now?.Status == OrderStatus.Cancelled ? CancelOutcome.Cancelled : CancelOutcome.StateChanged, now);
    }

    private Task<bool> CloseAsync(OrderView order, CancellationToken cancellationToken) =>
        _ledger.WriteAsync(
            async db =>
            {
                var now = _clock.UtcNow;
                var changed = await db.Orders
                    .Where(o => o.OrderId == order.OrderId && o.Status == OrderStatus.PendingPayment)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(o => o.Status, OrderStatus.Cancelled).SetProperty(o => o.ClosedAt, now).SetProperty(o => o.UpdatedAt, now),
                        cancellationToken);
                if (changed == 1)
                {
                    await _closing.FollowAsync(db, [order.SeckillId], SeckillStatus.Cancelled, cancellationToken);
                }

                return changed == 1;
            },
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId} could not be cancelled: the database is away, locked or full")]
    private partial void LogNotNow(Exception e, long orderId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} of sale {SaleId} was cancelled by its shopper")]
    private partial void LogCancelled(long orderId, long saleId);
}
