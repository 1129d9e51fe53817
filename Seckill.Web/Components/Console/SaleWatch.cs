using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Console;

/// <param name="Account">Null when there is no such sale.</param>
/// <param name="Traffic">Null until it has been read.</param>
/// <param name="Rates">Null until it has been read twice.</param>
/// <param name="Stale">The last try to read failed: this is what was known before.</param>
internal sealed record SaleReading(SaleAccount? Account, SaleTrafficReading? Traffic, SaleRates? Rates, bool Stale);

/// <summary>What came each second, on the average of the last few.</summary>
/// <param name="Refused">By reason, those that there were.</param>
internal sealed record SaleRates(double Granted, IReadOnlyDictionary<string, double> Refused)
{
    // What is counted elsewhere arrives once a second, so a shorter look would jump.
    private static readonly TimeSpan _over = TimeSpan.FromSeconds(5);

    public double AllRefused => Math.Round(Refused.Values.Sum(), 1);

    /// <summary>From what was read lately, oldest first; leaves out of it what is no longer needed.</summary>
    public static SaleRates? Of(Queue<SaleTrafficReading> readings)
    {
        var last = readings.Last();
        while (readings.Count > 2 && last.At - readings.Skip(1).First().At >= _over)
        {
            readings.Dequeue();
        }

        var first = readings.Peek();
        return (last.At - first.At).TotalSeconds is > 0 and var seconds
            ? new(
                PerSecond(first.Granted, last.Granted, seconds),
                last.Refused.ByReason.Zip(first.Refused.ByReason, (now, before) => (now.Reason, Rate: PerSecond(before.Count, now.Count, seconds)))
                    .Where(pair => pair.Rate > 0)
                    .ToDictionary(pair => pair.Reason, pair => pair.Rate))
            : null;
    }

    // A count that begins anew is not a negative rate.
    private static double PerSecond(long before, long now, double seconds) => Math.Round(Math.Max(0, now - before) / seconds, 1);
}

/// <summary>
/// Reads the accounts and the traffic of the sales that somebody looks at, every second and a half, once for all who look. Nothing is read of a sale
/// that nobody looks at, and a big one, of which a look takes long, is looked at less often: those who grab come first. Whose sale it is, is the
/// looker's to check.
/// </summary>
internal sealed partial class SaleWatch(SaleAccounts accounts, SaleTraffic traffic, StoreClock clock, ILogger<SaleWatch> logger)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1.5);

    // After a look comes a pause of so many times its length, within reason.
    private const int PauseForEach = 10;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Watch> _watches = [];

    /// <summary>Calls back with every reading until disposed, and at once with the latest. The callback must be quick and must not throw.</summary>
    public IDisposable Subscribe(long saleId, Action<SaleReading> onRead)
    {
        SaleReading? latest;
        Looker looker;
        lock (_lock)
        {
            if (!_watches.TryGetValue(saleId, out var watch))
            {
                _watches[saleId] = watch = new();
                watch.Timer = clock.Time.CreateTimer(_ => _ = ReadAsync(saleId, watch), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }

            looker = new(this, saleId, onRead);
            watch.Lookers.Add(looker);
            latest = watch.Latest;
        }

        if (latest is not null)
        {
            onRead(latest);
        }

        return looker;
    }

    private async Task ReadAsync(long saleId, Watch watch)
    {
        var began = clock.Time.GetTimestamp();
        try
        {
            SaleReading reading;
            try
            {
                var account = await accounts.FindAsync(saleId, sellerId: null, CancellationToken.None);
                var came = await traffic.ReadAsync(saleId, CancellationToken.None);
                watch.Lately.Enqueue(came);
                reading = new(account, came, SaleRates.Of(watch.Lately), Stale: false);
            }
            catch (Exception e)
            {
                LogFailed(saleId, e);
                reading = new(watch.Latest?.Account, watch.Latest?.Traffic, Rates: null, Stale: true);
            }

            Looker[] lookers;
            lock (_lock)
            {
                watch.Latest = reading;
                lookers = [.. watch.Lookers];
            }

            foreach (var looker in lookers)
            {
                looker.OnRead(reading);
            }
        }
        finally
        {
            var pause = clock.Time.GetElapsedTime(began) * PauseForEach;
            pause = pause < _every ? _every : pause > _longest ? _longest : pause;
            lock (_lock)
            {
                // Nobody looks any more: the timer is gone.
                if (watch.Lookers.Count > 0)
                {
                    watch.Timer!.Change(pause, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private void Leave(Looker looker)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(looker.SaleId, out var watch) && watch.Lookers.Remove(looker) && watch.Lookers.Count == 0)
            {
                watch.Timer?.Dispose();
                _watches.Remove(looker.SaleId);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The account of sale {SaleId} could not be read")]
    private partial void LogFailed(long saleId, Exception exception);

    private sealed class Watch
    {
        public readonly HashSet<Looker> Lookers = [];
        public readonly Queue<SaleTrafficReading> Lately = [];
        public SaleReading? Latest;
        public ITimer? Timer;
    }

    private sealed class Looker(SaleWatch watch, long saleId, Action<SaleReading> onRead) : IDisposable
    {
        public long SaleId => saleId;

        public Action<SaleReading> OnRead => onRead;

        public void Dispose() => watch.Leave(this);
    }
}
