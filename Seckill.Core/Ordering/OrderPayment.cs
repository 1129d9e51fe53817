using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

public enum PayOutcome
{
    /// <summary>Paid, now or before.</summary>
    Paid,
    NotFound,

    /// <summary>The time to pay is over. Money already taken goes back.</summary>
    TooLate,

    /// <summary>Cancelled meanwhile. Money already taken goes back.</summary>
    StateChanged,

    /// <summary>The shopper or the gateway declined; the order still waits for its payment.</summary>
    Declined,

    /// <summary>The gateway did not answer. The payment is looked into; the order shows what came of it.</summary>
    Unknown,

    /// <summary>The ledger cannot be written at the moment: nothing was asked of the gateway.</summary>
    NotNow,
}

/// <param name="Order">The order as it is now; null when not found or not to be read.</param>
public sealed record PayResult(PayOutcome Outcome, OrderView? Order);

/// <summary>
/// Money has a row of its own: committed before the gateway is called, and followed by <see cref="SweepAsync"/> until it is final,
/// so that no process' death keeps money for an order that is not.
/// </summary>
public sealed partial class OrderPayment
{
    // A payment younger than this may still be in the hands of the request that began it.
    private static readonly TimeSpan SettleAfter = TimeSpan.FromSeconds(15);

    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly Ledger _ledger;
    private readonly IPaymentGateway _gateway;
    private readonly OrderQueries _queries;
    private readonly OrderFeed _feed;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly Metering _metering;
    private readonly ILogger _logger;

    internal OrderPayment(
        IDbContextFactory<SeckillDbContext> contexts,
        Ledger ledger,
        IPaymentGateway gateway,
        OrderQueries queries,
        OrderFeed feed,
        IdGenerator ids,
        StoreClock clock,
        Metering metering,
        ILogger<OrderPayment> logger) =>
        (_contexts, _ledger, _gateway, _queries, _feed, _ids, _clock, _metering, _logger) = (contexts, ledger, gateway, queries, feed, ids, clock, metering, logger);

    /// <summary>Pays an order through the gateway. Repeating it never pays twice.</summary>
    /// <param name="decline">Sandbox gateway only: the shopper declines.</param>
    public async Task<PayResult> PayAsync(long orderId, long userId, bool decline, CancellationToken cancellationToken)
    {
        try
        {
            return await TryPayAsync(orderId, userId, decline, cancellationToken);
        }
        catch (Exception e) when (LedgerAway.Is(e))
        {
            LogNotStarted(e, orderId);
            return new(PayOutcome.NotNow, null);
        }
    }

    private async Task<PayResult> TryPayAsync(long orderId, long userId, bool decline, CancellationToken cancellationToken)
    {
        if (await _queries.FindForAsync(orderId, userId, cancellationToken) is not { } order)
        {
            return new(PayOutcome.NotFound, null);
        }

        if (WhyNot(order) is { } refused)
        {
            return new(refused, order);
        }

        // From here on the request is seen through to its end, whoever hangs up.
        var payment = await StartAsync(order, CancellationToken.None);
        KillPoint.Pass(KillPoint.PaymentStarted);
        ChargeState charge;
        try
        {
            charge = await _gateway.ChargeAsync(payment, order.TotalCents, decline, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogGatewaySilent(e, payment, orderId);
            return new(PayOutcome.Unknown, order);
        }

        KillPoint.Pass(KillPoint.PaymentTaken);
        try
        {
            await FollowAsync(payment, charge, CancellationToken.None);
            var now = await _queries.FindForAsync(orderId, userId, CancellationToken.None);
            return new(WhyNot(now!) ?? PayOutcome.Declined, now);
        }
        catch (Exception e) when (LedgerAway.Is(e))
        {
            // The gateway has answered and that could not be written down; the sweep asks it again.
            LogNotWritten(e, payment, orderId);
            return new(PayOutcome.Unknown, order);
        }
    }

    /// <summary>Asks the gateway about every payment that is not final and does what its answer asks for. How many it looked at.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var before = _clock.UtcNow - SettleAfter;
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var open = await db.Payments
            .Where(p => (p.Status == PaymentStatus.Started || p.Status == PaymentStatus.Taken || p.Status == PaymentStatus.RefundDue) && p.UpdatedAt <= before)
            .OrderBy(p => p.UpdatedAt)
            .Take(100)
            .Select(p => new { p.PaymentId, p.OrderId })
            .ToListAsync(cancellationToken);
        foreach (var payment in open)
        {
            try
            {
                await FollowAsync(payment.PaymentId, await _gateway.SettleAsync(payment.PaymentId, cancellationToken), cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogGatewaySilent(e, payment.PaymentId, payment.OrderId);

                // To the end of the line: one that fails for long must not keep the others waiting.
                await _ledger.WriteAsync(
                    write => write.Payments.Where(p => p.PaymentId == payment.PaymentId).ExecuteUpdateAsync(set => set.SetProperty(p => p.UpdatedAt, _clock.UtcNow), cancellationToken),
                    cancellationToken);
            }
        }

        return open.Count;
    }

    // Null: the order waits for its payment and there is time.
    private PayOutcome? WhyNot(OrderView order) => order.Status switch
    {
        OrderStatus.Paid => PayOutcome.Paid,
        OrderStatus.Cancelled => PayOutcome.StateChanged,
        OrderStatus.TimedOut => PayOutcome.TooLate,
        _ => _clock.UtcNow >= order.PayBeforeAt ? PayOutcome.TooLate : null,
    };

    // Two clicks at once are one payment: the number of the try is unique, and a try that is not final is gone on with.
    private async Task<long> StartAsync(OrderView order, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            var last = await db.Payments
                .Where(p => p.OrderId == order.OrderId)
                .OrderByDescending(p => p.Attempt)
                .Select(p => new { p.PaymentId, p.Attempt, p.Status })
                .FirstOrDefaultAsync(cancellationToken);
            if (last is { Status: PaymentStatus.Started or PaymentStatus.Taken or PaymentStatus.Applied })
            {
                return last.PaymentId;
            }

            var (now, paymentId) = (_clock.UtcNow, _ids.Next());
            try
            {
                await _ledger.WriteAsync(
                    write =>
                    {
                        write.Payments.Add(new()
                        {
                            PaymentId = paymentId,
                            OrderId = order.OrderId,
                            Attempt = (last?.Attempt ?? 0) + 1,
                            AmountCents = order.TotalCents,
                            Status = PaymentStatus.Started,
                            CreatedAt = now,
                            UpdatedAt = now,
                        });
                        return write.SaveChangesAsync(cancellationToken);
                    },
                    cancellationToken);
                return paymentId;
            }
            catch (DbUpdateException e) when (e.InnerException is System.Data.Common.DbException cause && _ledger.Sql.IsRowRejected(cause))
            {
                // The other click was first.
            }
        }
    }

    private async Task FollowAsync(long paymentId, ChargeState charge, CancellationToken cancellationToken)
    {
        switch (charge)
        {
            case ChargeState.Taken:
                await MoveAsync(paymentId, PaymentStatus.Started, PaymentStatus.Taken, cancellationToken);
                if (!await ApplyAsync(paymentId, cancellationToken))
                {
                    await _gateway.RefundAsync(paymentId, cancellationToken);
                    await RefundedAsync(paymentId, cancellationToken);
                }

                break;
            case ChargeState.Refunded:
                await RefundedAsync(paymentId, cancellationToken);
                break;
            default:
                await MoveAsync(paymentId, PaymentStatus.Started, PaymentStatus.Declined, cancellationToken);
                break;
        }
    }

    // Pay, cancel and expire race here, in one conditional update; the deadline is part of it. False: the money must go back.
    private async Task<bool> ApplyAsync(long paymentId, CancellationToken cancellationToken)
    {
        long? buyer = null;
        var applied = await _ledger.WriteAsync(
            async db =>
            {
                // The payment's row first: whoever moves it decides, and everybody else reads what was decided.
                var now = _clock.UtcNow;
                var mine = await db.Payments
                    .Where(p => p.PaymentId == paymentId && p.Status == PaymentStatus.Taken)
                    .ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PaymentStatus.Applied).SetProperty(p => p.UpdatedAt, now), cancellationToken) == 1;
                var payment = await db.Payments.AsNoTracking().SingleAsync(p => p.PaymentId == paymentId, cancellationToken);
                if (!mine)
                {
                    return payment.Status != PaymentStatus.RefundDue;
                }

                var order = db.Orders.Where(o => o.OrderId == payment.OrderId);
                var paid = await order
                    .Where(o => o.Status == OrderStatus.PendingPayment && o.PayBeforeAt > now)
                    .ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.Paid).SetProperty(o => o.UpdatedAt, now), cancellationToken) == 1;
                if (!paid)
                {
                    await db.Payments
                        .Where(p => p.PaymentId == paymentId)
                        .ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PaymentStatus.RefundDue), cancellationToken);
                }
                else
                {
                    var (buyerId, seckillId) = await order.Select(o => new ValueTuple<long, long>(o.BuyerId, o.SeckillId)).SingleAsync(cancellationToken);
                    await db.SeckillRecords
                        .Where(r => r.SeckillId == seckillId && r.Status == SeckillStatus.PendingPayment)
                        .ExecuteUpdateAsync(set => set.SetProperty(r => r.Status, SeckillStatus.Paid).SetProperty(r => r.UpdatedAt, now), cancellationToken);
                    buyer = buyerId;
                    LogPaid(payment.OrderId, payment.AmountCents);
                }

                return paid;
            },
            cancellationToken);
        if (buyer is not null)
        {
            _metering.OrdersPaid.Add(1);
            _feed.Publish(buyer.Value);
        }

        return applied;
    }

    private async Task RefundedAsync(long paymentId, CancellationToken cancellationToken)
    {
        if (await MoveAsync(paymentId, PaymentStatus.RefundDue, PaymentStatus.Refunded, cancellationToken))
        {
            _metering.Refunds.Add(1);
            LogRefunded(paymentId);
        }
    }

    private async Task<bool> MoveAsync(long paymentId, PaymentStatus from, PaymentStatus to, CancellationToken cancellationToken)
    {
        var now = _clock.UtcNow;
        return await _ledger.WriteAsync(
            db => db.Payments
                .Where(p => p.PaymentId == paymentId && p.Status == from)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, to).SetProperty(p => p.UpdatedAt, now), cancellationToken),
            cancellationToken) == 1;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Order {OrderId} is paid ({AmountCents} cents)")]
    private partial void LogPaid(long orderId, long amountCents);

    [LoggerMessage(Level = LogLevel.Information, Message = "Payment {PaymentId} was given back: its order was closed")]
    private partial void LogRefunded(long paymentId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A payment of order {OrderId} could not be begun: the database is away, locked or full")]
    private partial void LogNotStarted(Exception e, long orderId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the gateway said of payment {PaymentId} of order {OrderId} could not be written down; it is asked again")]
    private partial void LogNotWritten(Exception e, long paymentId, long orderId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The gateway did not answer about payment {PaymentId} of order {OrderId}; it is asked again")]
    private partial void LogGatewaySilent(Exception e, long paymentId, long orderId);
}
