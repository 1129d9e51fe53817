using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Grabbing;

/// <summary>
/// The grabs of one sale on this node. Those that arrive together share one script call: whoever waits when the last call returns
/// goes with the next, so nobody waits for company.
/// </summary>
internal sealed partial class GrabLane(
    long saleId,
    GrabScript script,
    SaleDirectory directory,
    StockSignals signals,
    StoreClock clock,
    Metering metering,
    TimeSpan patience,
    int queueBound,
    ILogger logger)
{
    // While one call is on its way the next fills up: two keep Redis busy, more only make batches smaller.
    private const int Loops = 2;

    private static readonly TimeSpan MemoryAge = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();
    private Memory? _memory;

    public void Start()
    {
        for (var i = 0; i < Loops; i++)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>No grab of this sale comes any more; those that wait are still answered.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>What everybody is refused for, if the last reading is fresh and says so. Never for a request with a key.</summary>
    public GrabOutcome? Recall()
    {
        var memory = Volatile.Read(ref _memory);
        if (memory is null || clock.Time.GetElapsedTime(memory.ReadAt) > MemoryAge)
        {
            return null;
        }

        var (reading, now) = (memory.Reading, clock.Milliseconds);
        return reading.Closed || now >= reading.EndsAt ? GrabOutcome.Ended
            : reading.Paused ? GrabOutcome.Paused
            : now < reading.OpensAt ? GrabOutcome.NotStarted
            : reading.Left <= 0 ? GrabOutcome.SoldOutForNow
            : null;
    }

    /// <summary>Asks the gate. Its own seckill id comes back with Granted, or the first one's with a repeated key.</summary>
    public Task<LaneAnswer> GrabAsync(GrabTry grab)
    {
        var waiting = new Waiting(grab);
        if (!_waiting.Writer.TryWrite(waiting))
        {
            waiting.SetResult(new(GrabOutcome.NotTaken));
        }

        return waiting.Task;
    }

    private async Task RunAsync()
    {
        var batch = new List<Waiting>(GrabScript.BatchSize);
        var tries = new List<GrabTry>(GrabScript.BatchSize);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            // Requests that are ready to run go first and join this batch, which spares the next one a call.
            await Task.Yield();
            batch.Clear();
            tries.Clear();
            while (batch.Count < GrabScript.BatchSize && _waiting.Reader.TryRead(out var next))
            {
                batch.Add(next);
                tries.Add(next.Try);
            }

            if (batch.Count > 0)
            {
                await AskAsync(batch, tries);
            }
        }
    }

    private async Task AskAsync(List<Waiting> batch, List<GrabTry> tries)
    {
        var readAt = clock.Time.GetTimestamp();
        try
        {
            if (directory.FindSale(saleId) is not { } sale)
            {
                AnswerAll(batch, GrabOutcome.NotTaken);
                return;
            }

            var result = await script.RunAsync(sale, clock.Milliseconds, queueBound, tries, patience);
            KillPoint.Pass(KillPoint.Grabbed);
            metering.GrabBatch.Record(batch.Count);
            if (result.Answer != BatchAnswer.Answered)
            {
                directory.Stale.Set();
                signals.Unloaded.Set();

                // Before it opens nothing can have been taken, loaded or not.
                AnswerAll(batch, clock.UtcNow < sale.OpensAt ? GrabOutcome.NotStarted : GrabOutcome.NotTaken);
                return;
            }

            var before = Volatile.Read(ref _memory);
            if (before is null || before.ReadAt <= readAt)
            {
                Volatile.Write(ref _memory, new(result.Reading!, readAt));
            }

            Answer(batch, result);
            if (before is null || before.Reading.Left > 0 != result.Reading!.Left > 0)
            {
                signals.Turned.Set();
            }
        }
        catch (StoreException e)
        {
            LogNoAnswer(e, saleId, batch.Count);
            AnswerAll(batch, e.CertainlyNotApplied ? GrabOutcome.NotTaken : GrabOutcome.Unknown);

            // Whoever waited behind a store that does not answer was certainly not sent, and must not wait as long again.
            while (_waiting.Reader.TryRead(out var next))
            {
                next.SetResult(new(GrabOutcome.NotTaken));
            }
        }
        catch (Exception e)
        {
            LogFailed(e, saleId);
            AnswerAll(batch, GrabOutcome.Unknown);
        }
    }

    private void Answer(List<Waiting> batch, GrabBatchResult result)
    {
        var (replay, granted) = (0, false);
        for (var i = 0; i < batch.Count; i++)
        {
            var answer = result.Answers[i];
            granted |= answer == GrabAnswer.Granted;
            batch[i].SetResult(answer switch
            {
                GrabAnswer.Granted => new(GrabOutcome.Granted, batch[i].Try.SeckillId),
                GrabAnswer.Replayed => new(GrabOutcome.Granted, result.ReplayIds[replay++], Replayed: true),
                GrabAnswer.KeyReused => new(GrabOutcome.KeyReused),
                GrabAnswer.Ended => new(GrabOutcome.Ended),
                GrabAnswer.Paused => new(GrabOutcome.Paused),
                GrabAnswer.NotStarted => new(GrabOutcome.NotStarted),
                GrabAnswer.SoldOutForNow => new(GrabOutcome.SoldOutForNow),
                GrabAnswer.OverLimit => new(GrabOutcome.OverLimit),
                GrabAnswer.FewerLeft => new(GrabOutcome.FewerLeft, Left: result.Reading!.Left),
                _ => new(GrabOutcome.NotTaken),
            });
        }

        if (granted)
        {
            signals.HasTickets(saleId);
        }
    }

    private static void AnswerAll(List<Waiting> batch, GrabOutcome outcome)
    {
        foreach (var waiting in batch)
        {
            waiting.TrySetResult(new(outcome, outcome == GrabOutcome.Unknown ? waiting.Try.SeckillId : 0));
        }
    }

    private sealed class Waiting(GrabTry grab) : TaskCompletionSource<LaneAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public GrabTry Try => grab;
    }

    private sealed record Memory(GateReading Reading, long ReadAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer {Count} grabs of sale {SaleId}")]
    private partial void LogNoAnswer(Exception e, long saleId, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Grabs of sale {SaleId} failed")]
    private partial void LogFailed(Exception e, long saleId);
}

internal readonly record struct LaneAnswer(GrabOutcome Outcome, long SeckillId = 0, int Left = 0, bool Replayed = false);
