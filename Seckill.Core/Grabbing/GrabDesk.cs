using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Accounts;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Grabbing;

/// <summary>The one way to grab, for every caller: throttle, then ask the sale's gate. Never touches SQL.</summary>
public sealed partial class GrabDesk
{
    private readonly SaleDirectory _directory;
    private readonly StoreConnection _store;
    private readonly SuspendedUsers _suspended;
    private readonly GrabCounts _counts;
    private readonly IAcknowledgement _acknowledgement;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly Metering _metering;
    private readonly Throttle<long> _throttle;
    private readonly ConcurrentDictionary<long, GrabLane> _lanes = new();
    private readonly Func<long, GrabLane> _openLane;
    private readonly CancellationToken _stopping;

    /// <summary>For <see cref="GrabResult.RetryAfter"/> where nothing better is known.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    internal GrabDesk(
        GrabScript script,
        SaleDirectory directory,
        StockSignals signals,
        StoreConnection store,
        SuspendedUsers suspended,
        GrabCounts counts,
        IAcknowledgement acknowledgement,
        IdGenerator ids,
        StoreClock clock,
        Metering metering,
        IOptions<GrabbingOptions> options,
        IOptions<QueueOptions> queue,
        IHostApplicationLifetime lifetime,
        ILogger<GrabDesk> logger)
    {
        (_directory, _store, _suspended, _counts, _acknowledgement, _ids, _clock, _metering) = (directory, store, suspended, counts, acknowledgement, ids, clock, metering);
        _throttle = new(clock.Time, options.Value.TriesPerSecond, TimeSpan.FromSeconds(1));
        _stopping = lifetime.ApplicationStopping;
        _openLane = saleId =>
        {
            var lane = new GrabLane(saleId, script, directory, signals, clock, metering, options.Value.StorePatience, queue.Value.QueueBound, logger);
            lane.Start();
            return lane;
        };
    }

    /// <summary>Takes units of the product's sale for a user, or says which rule refused.</summary>
    public async ValueTask<GrabResult> TryGrabAsync(GrabRequest request, CancellationToken cancellationToken)
    {
        var result = await GrabAsync(request, cancellationToken);
        if (_metering.Grabs.Enabled)
        {
            _metering.Grabs.Add(1, new KeyValuePair<string, object?>("outcome", result.Outcome));
        }

        return result;
    }

    private async ValueTask<GrabResult> GrabAsync(GrabRequest request, CancellationToken cancellationToken)
    {
        if (request.Quantity < 1 || (request.IdempotencyKey is { } key && !KeyPattern().IsMatch(key)))
        {
            return new(GrabOutcome.Invalid);
        }

        if (_suspended.Contains(request.UserId))
        {
            return new(GrabOutcome.NotAllowed);
        }

        if (!_throttle.TryTake(request.UserId, out var retryAfter))
        {
            if (_directory.Find(request.ProductId, _clock.UtcNow) is { Closed: false } wanted)
            {
                _counts.Add(wanted.SaleId, GrabOutcome.TooManyTries);
            }

            return new(GrabOutcome.TooManyTries, RetryAfter: retryAfter);
        }

        if (_directory.Find(request.ProductId, _clock.UtcNow) is not { } sale)
        {
            return new(GrabOutcome.UnknownProduct);
        }

        if (sale.Closed)
        {
            _lanes.TryRemove(sale.SaleId, out var done);
            done?.Complete();
            return new(GrabOutcome.Ended);
        }

        // A repeated request answers as the first time, also when the product's next sale stands for it by now.
        if (request.IdempotencyKey is not null && _directory.FindEnding(request.ProductId, _clock.UtcNow) is { } ending)
        {
            var before = await AskAsync(ending, request, cancellationToken);
            if (before.Outcome is not GrabOutcome.Ended)
            {
                return before;
            }
        }

        var result = sale.Waiting || sale.OpensAt - _clock.UtcNow > SaleLoading.Ahead
            ? new(GrabOutcome.NotStarted)
            : await AskAsync(sale, request, cancellationToken);
        _counts.Add(sale.SaleId, result.Outcome);
        return result;
    }

    private async ValueTask<GrabResult> AskAsync(SaleCard sale, GrabRequest request, CancellationToken cancellationToken)
    {
        var lane = _lanes.GetOrAdd(sale.SaleId, _openLane);
        if (request.IdempotencyKey is null && lane.Recall() is { } refused)
        {
            return new(refused);
        }

        if (!_store.IsTrusted || !_clock.IsReliable || _stopping.IsCancellationRequested)
        {
            return new(GrabOutcome.NotTaken, RetryAfter: Soon);
        }

        var seckillId = _ids.Next();
        _acknowledgement.Expect(seckillId);
        var answer = await lane.GrabAsync(new(seckillId, request.UserId, request.Quantity, request.IdempotencyKey));
        if (answer.SeckillId != seckillId || answer.Outcome != GrabOutcome.Granted)
        {
            _acknowledgement.Forget(seckillId);
        }

        if (answer.Outcome != GrabOutcome.Granted)
        {
            return new(answer.Outcome, answer.SeckillId, answer.Left, answer.Outcome is GrabOutcome.NotTaken or GrabOutcome.Unknown ? Soon : default);
        }

        var outcome = await _acknowledgement.WaitAsync(answer.SeckillId, answer.Replayed, cancellationToken);
        return outcome is GrabOutcome.Granted or GrabOutcome.Unknown
            ? new(outcome, answer.SeckillId, RetryAfter: outcome == GrabOutcome.Unknown ? Soon : default)
            : new(outcome, RetryAfter: outcome == GrabOutcome.NotTaken ? Soon : default);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex KeyPattern();
}
