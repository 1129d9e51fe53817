using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Grabbing;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Ordering;

/// <summary>
/// Tells winners that their order is committed, in this process and through the store in others. The news is a courtesy: a
/// waiter that hears nothing for two seconds reads SQL.
/// </summary>
internal sealed partial class OrderNews(
    StoreConnection store,
    IDbContextFactory<SeckillDbContext> contexts,
    StoreClock clock,
    IOptions<OrderingOptions> options,
    ILogger<OrderNews> logger) : IAcknowledgement
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly RedisChannel Channel = RedisChannel.Literal("seckill:written");

    // Where winners do not wait for their order, nobody listens; where there is one process, it hears itself.
    private readonly bool _shared = !store.IsEmbedded && options.Value.Acknowledge == Acknowledge.Written;
    private readonly ConcurrentDictionary<long, Waiter> _waiting = new();

    public async Task ListenAsync()
    {
        if (_shared)
        {
            await store.Subscriber.SubscribeAsync(Channel, (_, message) => Hear((string?)message));
        }
    }

    public void Publish(IReadOnlyCollection<TicketResult> results)
    {
        foreach (var result in results)
        {
            Tell(result.Ticket.SeckillId, OutcomeOf(result.Refusal));
        }

        if (_shared && results.Count > 0)
        {
            // Other processes hear it from the store; one that misses it looks into SQL.
            var message = string.Join(',', results.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Ticket.SeckillId}:{(int)OutcomeOf(r.Refusal)}")));
            store.Subscriber.PublishAsync(Channel, message, CommandFlags.FireAndForget);
        }
    }

    public void Expect(long seckillId)
    {
        while (true)
        {
            var waiter = _waiting.GetOrAdd(seckillId, static _ => new());
            lock (waiter)
            {
                if (!waiter.Gone)
                {
                    waiter.Count++;
                    return;
                }
            }
        }
    }

    public void Forget(long seckillId)
    {
        if (_waiting.TryGetValue(seckillId, out var waiter))
        {
            lock (waiter)
            {
                if (--waiter.Count == 0)
                {
                    waiter.Gone = true;
                    _waiting.TryRemove(seckillId, out _);
                }
            }
        }
    }

    public async ValueTask<GrabOutcome> WaitAsync(long seckillId, bool replayed, CancellationToken cancellationToken)
    {
        if (replayed)
        {
            Expect(seckillId);
        }

        try
        {
            // Its news may have passed already.
            if (replayed && await ReadAsync(seckillId, cancellationToken) is { } known)
            {
                return known;
            }

            return await _waiting[seckillId].Task.WaitAsync(Patience, clock.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return await ReadAsync(seckillId, cancellationToken) ?? GrabOutcome.Unknown;
        }
        finally
        {
            Forget(seckillId);
        }
    }

    private async Task<GrabOutcome?> ReadAsync(long seckillId, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var record = await db.SeckillRecords
                .Where(r => r.SeckillId == seckillId)
                .Select(r => new { r.Reason })
                .SingleOrDefaultAsync(cancellationToken);
            return record is null ? null : OutcomeOf(record.Reason);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogReadFailed(e, seckillId);
            return null;
        }
    }

    private void Hear(string? message)
    {
        foreach (var item in (message ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (item.Split(':') is [var id, var outcome]
                && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var seckillId)
                && int.TryParse(outcome, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                Tell(seckillId, (GrabOutcome)number);
            }
        }
    }

    private void Tell(long seckillId, GrabOutcome outcome)
    {
        if (_waiting.TryGetValue(seckillId, out var waiter))
        {
            waiter.TrySetResult(outcome);
        }
    }

    private static GrabOutcome OutcomeOf(RefusalReason? refusal) => refusal switch
    {
        null => GrabOutcome.Granted,
        RefusalReason.SoldOut => GrabOutcome.SoldOutForNow,
        RefusalReason.OverLimit => GrabOutcome.OverLimit,
        _ => GrabOutcome.NotTaken,
    };

    /// <summary>Everybody who waits for one seckill id: the request that took it and its repetitions.</summary>
    private sealed class Waiter() : TaskCompletionSource<GrabOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Count { get; set; }

        public bool Gone { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether {SeckillId} became an order could not be read")]
    private partial void LogReadFailed(Exception e, long seckillId);
}
