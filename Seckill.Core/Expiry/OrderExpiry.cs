using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;

namespace Seckill.Core.Expiry;

/// <summary>Closes orders whose time to pay is over and puts their units back on sale.</summary>
internal sealed partial class OrderExpiry(Ledger ledger, OrderClosing closing, OrderRelease release, OrderFeed feed, StoreConnection store, StoreClock clock, Metering metering, ILogger<OrderExpiry> logger)
{
    private const int BatchSize = 1000;

    /// <summary>Closes all that is overdue, batch by batch, and releases all that is closed. How many orders were closed.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // By the one clock: a node that has lost it closes nothing early.
        if (!clock.IsReliable)
        {
            return 0;
        }

        var closed = 0;
        int batch;
        do
        {
            var (count, users) = await ledger.WriteAsync(db => CloseOverdueAsync(db, cancellationToken), cancellationToken);
            if (count > 0)
            {
                KillPoint.Pass(KillPoint.OrdersClosed);
            }

            foreach (var user in users)
            {
                feed.Publish(user);
            }

            batch = count;
            closed += batch;
            if (store.IsTrusted)
            {
                await release.SweepAsync(saleId: null, cancellationToken);
            }
        }
        while (batch == BatchSize);

        if (closed > 0)
        {
            metering.OrdersExpired.Add(closed);
            LogExpired(closed);
        }

        return closed;
    }

    private async Task<(int Count, IReadOnlyCollection<long> Users)> CloseOverdueAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        var closed = await db.Database.SqlQueryRaw<long>(ledger.Sql.TimeOutOverdue, clock.Milliseconds, BatchSize).ToListAsync(cancellationToken);
        return closed.Count == 0
            ? (0, [])
            : (closed.Count, await closing.FollowAsync(db, closed, SeckillStatus.TimedOut, cancellationToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} orders were not paid in time; their units are back on sale")]
    private partial void LogExpired(int count);
}
