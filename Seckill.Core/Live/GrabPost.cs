using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Grabbing;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Live;

/// <summary>
/// Tells the house, once a second, what the grabs of each sale were answered here and how many watch here. A grab itself only raises a
/// number in memory.
/// </summary>
internal sealed partial class GrabPost(
    GrabCounts counts, SaleWatchers watchers, SaleDirectory directory, SaleTallies tallies, StoreConnection store, StoreClock clock, ILogger<GrabPost> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Who watches is said again now and then, or it would be taken for the word of a process that died.
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(5);

    private readonly Dictionary<long, Told> _told = [];

    /// <summary>Adds what is new of every sale that is in Redis.</summary>
    public Task PostAsync() => PostAsync(leaving: false);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await PostAsync(leaving: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock.Time, stoppingToken);
                await PostAsync();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task PostAsync(bool leaving)
    {
        var now = clock.UtcNow;
        var live = directory.Live.Where(sale => sale.BelongsInRedis(now)).ToList();
        foreach (var gone in _told.Keys.Where(id => directory.FindSale(id) is not { Closed: false }).ToList())
        {
            _told.Remove(gone);
        }

        foreach (var gone in counts.Sales.Where(id => directory.FindSale(id) is not { Closed: false }).ToList())
        {
            counts.Forget(gone);
        }

        if (!store.IsTrusted)
        {
            return;
        }

        foreach (var sale in live)
        {
            try
            {
                await PostAsync(sale, now, leaving);
            }
            catch (Exception e)
            {
                LogFailed(e, sale.SaleId);
            }
        }
    }

    private async Task PostAsync(SaleCard sale, DateTime now, bool leaving)
    {
        var told = _told.TryGetValue(sale.SaleId, out var before) ? before : _told[sale.SaleId] = new();
        var read = counts.Read(sale.SaleId);
        var added = read.Where(pair => pair.Value > told.Counts.GetValueOrDefault(pair.Key)).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value - told.Counts.GetValueOrDefault(pair.Key));
        var here = !leaving && directory.Find(sale.ProductId, now)?.SaleId == sale.SaleId ? watchers.Count(sale.ProductId) : 0;
        if (added.Count == 0 && here == told.Watchers && (here == 0 || now - told.At < SayAgain))
        {
            return;
        }

        try
        {
            if (!await tallies.PostAsync(sale.Keys, added, here, clock.Milliseconds))
            {
                return;
            }
        }
        catch (StoreException e) when (!e.CertainlyNotApplied)
        {
            // Perhaps it was added. It is not added again.
            LogFailed(e, sale.SaleId);
        }

        (told.Counts, told.Watchers, told.At) = (read, here, now);
    }

    private sealed class Told
    {
        public IReadOnlyDictionary<GrabOutcome, long> Counts { get; set; } = new Dictionary<GrabOutcome, long>();

        public int Watchers { get; set; }

        public DateTime At { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was counted of sale {SaleId} could not be added to the house's count")]
    private partial void LogFailed(Exception e, long saleId);
}
