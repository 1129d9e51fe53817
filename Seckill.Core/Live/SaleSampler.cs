using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Live;

/// <summary>
/// Writes down how every open sale stands, every few seconds and once for all who look, however many they are. A sale's history is
/// bounded: when it has grown long, its older part is thinned.
/// </summary>
internal sealed partial class SaleSampler(
    SaleDirectory directory,
    SaleGate gate,
    GrabCounts counts,
    Ledger ledger,
    IDbContextFactory<SeckillDbContext> contexts,
    StoreConnection store,
    LeaseScript lease,
    IdGenerator ids,
    StoreClock clock,
    ILogger<SaleSampler> logger)
    : BackgroundService
{
    /// <summary>Samples of one sale, at most.</summary>
    public const int MostSamples = 480;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    // While nothing moves, a point now and then is enough.
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, Track> _tracks = [];

    /// <summary>Takes a sample of every sale that has opened and is not closed, where there is something new to say.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        if (!store.IsTrusted)
        {
            return;
        }

        var now = clock.UtcNow;
        var open = directory.Live.Where(sale => sale.OpensAt <= now && !sale.Waiting).ToList();
        foreach (var gone in _tracks.Keys.Except(open.Select(sale => sale.SaleId)).ToList())
        {
            _tracks.Remove(gone);
        }

        foreach (var sale in open)
        {
            try
            {
                if (await lease.TakeAsync(sale.Keys.Sampler, LeaseLength) && await gate.ReadAsync(sale.Keys) is { Rebuilding: false } reading)
                {
                    await SampleAsync(sale.SaleId, reading, now, cancellationToken);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(e, sale.SaleId);
            }
        }
    }

    private async Task<SaleSample> OpeningAsync(SeckillDbContext db, SaleSample first, int units, CancellationToken cancellationToken)
    {
        var sale = await db.FlashSales.Where(s => s.SaleId == first.SaleId).Select(s => new { s.OpensAt, s.CreatedAt }).SingleAsync(cancellationToken);
        return new() { SaleSampleId = ids.Next(), SaleId = first.SaleId, At = sale.OpensAt > sale.CreatedAt ? sale.OpensAt : sale.CreatedAt, Left = units };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock.Time, stoppingToken);
                await SampleAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SampleAsync(long saleId, SaleReading reading, DateTime now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!_tracks.TryGetValue(saleId, out var track))
        {
            // What was refused before this process began, or while another one took the samples.
            var last = await db.SaleSamples.AsNoTracking().Where(s => s.SaleId == saleId).OrderByDescending(s => s.At).FirstOrDefaultAsync(cancellationToken);
            track = _tracks[saleId] = new()
            {
                Last = last,
                Count = await db.SaleSamples.CountAsync(s => s.SaleId == saleId, cancellationToken),
                RefusedBefore = last?.Refused ?? 0,
            };
        }

        var orders = await db.Orders
            .Where(o => o.SaleId == saleId)
            .GroupBy(o => o.Status)
            .Select(group => new { Status = group.Key, Units = group.Sum(o => o.Quantity), Orders = group.Count() })
            .ToListAsync(cancellationToken);
        var sample = new SaleSample
        {
            SaleSampleId = ids.Next(),
            SaleId = saleId,
            At = now,
            Left = reading.Left,
            Queued = reading.QueueLength,
            AwaitingPayment = orders.Where(o => o.Status == OrderStatus.PendingPayment).Sum(o => o.Units),
            Paid = orders.Where(o => o.Status == OrderStatus.Paid).Sum(o => o.Units),
            Granted = orders.Sum(o => o.Orders) + reading.QueueLength,
            Refused = track.RefusedBefore + counts.Refused(saleId),
        };
        if (track.Last is { } before && now - before.At < AtLeastEvery && Numbers(before) == Numbers(sample))
        {
            track.Skipped = sample;
            return;
        }

        // Where a level stretch ends, its last point is kept too, or the chart would show a slope. And what is sold within the first seconds
        // was there at the opening.
        SaleSample[] fresh = track switch
        {
            { Skipped: { } end } => [end, sample],
            { Last: null } => [await OpeningAsync(db, sample, reading.Units, cancellationToken), sample],
            _ => [sample],
        };
        await ledger.WriteAsync(
            async write =>
            {
                write.SaleSamples.AddRange(fresh.Select(Copy));
                return await write.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        (track.Last, track.Skipped, track.Count) = (sample, null, track.Count + fresh.Length);
        if (track.Count > MostSamples)
        {
            track.Count -= await ThinAsync(saleId, cancellationToken);
        }
    }

    // Every second sample of the older three quarters goes. What is left grows coarser the older it is, and the newest stays fine.
    private async Task<int> ThinAsync(long saleId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var samples = await db.SaleSamples.Where(s => s.SaleId == saleId).OrderBy(s => s.At).ThenBy(s => s.Id).Select(s => s.Id).ToListAsync(cancellationToken);
        var superfluous = samples.Take(samples.Count * 3 / 4).Where((_, i) => i % 2 == 1).ToList();
        return await ledger.WriteAsync(
            write => write.SaleSamples.Where(s => superfluous.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private static (int, int, int, int, long, long) Numbers(SaleSample sample) =>
        (sample.Left, sample.Queued, sample.AwaitingPayment, sample.Paid, sample.Granted, sample.Refused);

    // A deadlock's victim is written again, and what one context has numbered another cannot add.
    private static SaleSample Copy(SaleSample sample) => new()
    {
        SaleSampleId = sample.SaleSampleId,
        SaleId = sample.SaleId,
        At = sample.At,
        Left = sample.Left,
        Queued = sample.Queued,
        AwaitingPayment = sample.AwaitingPayment,
        Paid = sample.Paid,
        Granted = sample.Granted,
        Refused = sample.Refused,
    };

    private sealed class Track
    {
        public SaleSample? Last { get; set; }

        /// <summary>The newest that said the same as the last one written.</summary>
        public SaleSample? Skipped { get; set; }

        public int Count { get; set; }

        public long RefusedBefore { get; init; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sale {SaleId} could not be sampled; its chart has a gap")]
    private partial void LogFailed(Exception e, long saleId);
}
