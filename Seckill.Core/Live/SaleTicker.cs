using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Live;

/// <summary>
/// Reads every sale a few times a second, once for all who watch, and puts what changed on the board. A sale that this process saw
/// turn (sold out, units back, paused) is read at once.
/// </summary>
internal sealed partial class SaleTicker(
    SaleDirectory directory, SaleGate gate, SaleBoard board, IDbContextFactory<SeckillDbContext> contexts, StoreConnection store, StockSignals signals, StoreClock clock, ILogger<SaleTicker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PaidEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, (bool AllPaid, long ReadAt)> _paid = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TickAsync(stoppingToken);
                await Task.Delay(AtLeast, clock.Time, stoppingToken);
                await signals.Turned.WaitAsync(Every - AtLeast, clock.Time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.UtcNow;
            var current = directory.Products.Select(product => directory.Find(product, now)!).ToList();
            var readings = store.IsTrusted
                ? await Task.WhenAll(current.Select(sale => sale.BelongsInRedis(now) ? gate.ReadAsync(sale.Keys) : Task.FromResult<SaleReading?>(null)))
                : null;
            for (var i = 0; i < current.Count; i++)
            {
                var sale = current[i];
                if (readings?[i] is { Rebuilding: false } reading)
                {
                    var allPaid = reading.Left <= 0 && reading.Units > 0 && await AllPaidAsync(sale.SaleId, reading.Units, cancellationToken);
                    board.Publish(SaleBoard.View(sale, reading.Units, reading.Left, reading.Paused, allPaid, now));
                }
                else if (!sale.BelongsInRedis(now))
                {
                    board.Publish(SaleBoard.FromSql(sale, now));
                }
                else if (board.Find(sale.ProductId) is { } known)
                {
                    // Not loaded yet, or the store is away: time and the seller's decisions go on, the last known amounts stand.
                    board.Publish(SaleBoard.View(sale, known.Units, known.Left, sale.Paused, known.Phase == SalePhase.SoldOut, now));
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    // Whether a sale with nothing left is sold for good; read from SQL at most once a second.
    private async Task<bool> AllPaidAsync(long saleId, int units, CancellationToken cancellationToken)
    {
        if (_paid.TryGetValue(saleId, out var last) && clock.Time.GetElapsedTime(last.ReadAt) < PaidEvery)
        {
            return last.AllPaid;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var paid = await db.Orders.Where(o => o.SaleId == saleId && o.Status == OrderStatus.Paid).SumAsync(o => o.Quantity, cancellationToken);
        _paid[saleId] = (paid >= units, clock.Time.GetTimestamp());
        return paid >= units;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sales could not be read; the page shows what was last known")]
    private partial void LogFailed(Exception e);
}
