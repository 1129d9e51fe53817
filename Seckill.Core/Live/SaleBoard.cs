using System.Collections.Concurrent;
using Seckill.Core.Stock;

namespace Seckill.Core.Live;

/// <summary>What every watched sale looks like now. Readings are shared by all who watch: a few a second for each sale.</summary>
public sealed class SaleBoard
{
    private readonly ConcurrentDictionary<long, SaleView> _latest = new();
    private readonly ConcurrentDictionary<Subscription, byte> _subscriptions = new();
    private readonly SaleDirectory _directory;
    private readonly StoreClock _clock;

    internal SaleBoard(SaleDirectory directory, StoreClock clock) => (_directory, _clock) = (directory, clock);

    /// <summary>The sale that stands for a product: the open or paused one, else the next, else the last, else null.</summary>
    public SaleView? Find(long productId)
    {
        var now = _clock.UtcNow;
        return _directory.Find(productId, now) is not { } sale ? null
            : _latest.TryGetValue(productId, out var latest) && latest.SaleId == sale.SaleId ? latest with { Phase = AsOf(latest, now) }
            : FromSql(sale, now);
    }

    /// <summary>
    /// Calls back with every change of the product's sale until disposed. The callback must be quick and must not throw;
    /// read <see cref="Find"/> after subscribing to miss nothing.
    /// </summary>
    public IDisposable Subscribe(long productId, Action<SaleView> onChange) =>
        SubscribeAll(view =>
        {
            if (view.ProductId == productId)
            {
                onChange(view);
            }
        });

    /// <summary>Calls back with every change of any sale.</summary>
    public IDisposable SubscribeAll(Action<SaleView> onChange)
    {
        var subscription = new Subscription(this, onChange);
        _subscriptions[subscription] = 0;
        return subscription;
    }

    /// <summary>What is known of a sale that is not in Redis, or not read yet.</summary>
    internal static SaleView FromSql(SaleCard sale, DateTime now) => View(sale, sale.Units, sale.SqlStock, sale.Paused, allPaid: false, now);

    internal static SaleView View(SaleCard sale, int units, int left, bool paused, bool allPaid, DateTime now)
    {
        var phase = sale.HasEnded(now) ? SalePhase.Ended
            : paused ? SalePhase.Paused
            : now < sale.OpensAt || sale.Waiting ? SalePhase.Upcoming
            : left > 0 ? SalePhase.Open
            : allPaid ? SalePhase.SoldOut
            : SalePhase.SoldOutForNow;
        return new(sale.SaleId, sale.ProductId, sale.PriceCents, sale.OpensAt, sale.EndsAt, units, left, phase, paused ? sale.Message : null);
    }

    internal void Publish(SaleView view)
    {
        if (_latest.TryGetValue(view.ProductId, out var before) && before == view)
        {
            return;
        }

        _latest[view.ProductId] = view;
        foreach (var subscription in _subscriptions.Keys)
        {
            subscription.OnChange(view);
        }
    }

    // Time passes between two readings.
    private static SalePhase AsOf(SaleView view, DateTime now) =>
        now >= view.EndsAt ? SalePhase.Ended
        : view.Phase == SalePhase.Upcoming && now >= view.OpensAt && view.Left > 0 ? SalePhase.Open
        : view.Phase;

    private sealed class Subscription(SaleBoard board, Action<SaleView> onChange) : IDisposable
    {
        public Action<SaleView> OnChange => onChange;

        public void Dispose() => board._subscriptions.TryRemove(this, out _);
    }
}
