using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <summary>
/// Writes the orders of every live sale, sale after sale, for as long as there are tickets. Between two looks at all sales it looks only
/// where tickets are, so that the shoppers of one do not wait while the queues of all others turn out to be empty.
/// </summary>
internal sealed partial class OrderWriterService(
    OrderWriter writer,
    TicketQueue queue,
    SaleDirectory directory,
    StockSignals signals,
    StoreConnection store,
    StoreClock clock,
    IOptions<OrderingOptions> options,
    ILogger<OrderWriterService> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    // A batch costs as much as some tens of orders, whatever is in it: after a small one, what arrives meanwhile shares the next. The first
    // ticket after a quiet time never waits, and none does where its winner waits with it.
    private readonly TimeSpan _rest = TimeSpan.FromMilliseconds(options.Value.Acknowledge == Acknowledge.Queued ? 10 : 0);

    // Grabs of this process wake the writer at once; those of others are found by looking at all sales. The embedded store has no others: what
    // is found there are tickets whose answer was lost, and those that the writer could not write or had to leave.
    private readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(store.IsEmbedded ? 250 : 50);

    private long _lookedAtAll;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var all = _lookedAtAll == 0 || clock.Time.GetElapsedTime(_lookedAtAll) >= _lookEvery;
            var written = await WriteAsync(all, stoppingToken);
            try
            {
                if (written == 0)
                {
                    await signals.Queued.WaitAsync(_lookEvery, clock.Time, stoppingToken);
                }
                else if (written < TicketQueue.BatchSize && _rest > TimeSpan.Zero)
                {
                    await Task.Delay(_rest, clock.Time, stoppingToken);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>At shutdown grabs have stopped: what they left in the queue is written before the store goes.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (await WriteAsync(all: true, cancellationToken) > 0)
        {
        }
    }

    private async Task<int> WriteAsync(bool all, CancellationToken cancellationToken)
    {
        var written = 0;
        var now = clock.UtcNow;
        var open = directory.Live.Where(sale => sale.OpensAt <= now).ToList();
        if (all && open.Count > 0)
        {
            _lookedAtAll = clock.Time.GetTimestamp();
            foreach (var gone in signals.WithTickets.Keys.Except(open.Select(sale => sale.SaleId)))
            {
                signals.WithTickets.TryRemove(gone, out _);
            }

            await LookAsync(open);
        }

        foreach (var sale in open)
        {
            if (cancellationToken.IsCancellationRequested || !signals.WithTickets.TryRemove(sale.SaleId, out _))
            {
                continue;
            }

            try
            {
                var count = await writer.WriteAsync(sale, () => GoesOn(sale, cancellationToken), cancellationToken);
                written += count;
                if (count > 0)
                {
                    signals.WithTickets[sale.SaleId] = true;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Not trimmed, so the tickets come round again. Pause, or a dead database becomes a hot loop.
                LogFailed(e, sale.SaleId);
                await Task.Delay(RetryDelay, clock.Time, CancellationToken.None);
                signals.HasTickets(sale.SaleId);
            }
            catch (OperationCanceledException)
            {
                return written;
            }
        }

        return written;
    }

    // Nobody else waits, and a small batch is not followed by a rest.
    private bool GoesOn(SaleCard sale, CancellationToken cancellationToken) =>
        _rest == TimeSpan.Zero
        && !cancellationToken.IsCancellationRequested
        && clock.Time.GetElapsedTime(_lookedAtAll) < _lookEvery
        && !signals.WithTickets.Any(other => other.Key != sale.SaleId);

    // Where tickets of other processes are, or some that were left behind.
    private async Task LookAsync(List<SaleCard> sales)
    {
        try
        {
            var lengths = await queue.CountAsync(sales.Select(sale => sale.Keys));
            foreach (var (sale, length) in sales.Zip(lengths))
            {
                if (length > 0)
                {
                    signals.WithTickets[sale.SaleId] = true;
                }
            }
        }
        catch (Exception e)
        {
            LogNotLooked(e);
            await Task.Delay(RetryDelay, clock.Time, CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Orders of sale {SaleId} could not be written; trying again")]
    private partial void LogFailed(Exception e, long saleId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queues could not be looked at; trying again")]
    private partial void LogNotLooked(Exception e);
}
