using System.Collections.Concurrent;

namespace Seckill.Core.Ordering;

/// <summary>
/// Tells pages of this process that something about a shopper's orders changed. Changes made by other processes are not
/// heard: whoever listens also looks again every few seconds.
/// </summary>
public sealed class OrderFeed
{
    private readonly ConcurrentDictionary<Subscription, long> _subscriptions = new();

    /// <summary>Calls back after each change until disposed. The callback must be quick and must not throw.</summary>
    public IDisposable Subscribe(long userId, Action onChange)
    {
        var subscription = new Subscription(this, onChange);
        _subscriptions[subscription] = userId;
        return subscription;
    }

    internal void Publish(long userId)
    {
        if (_subscriptions.IsEmpty)
        {
            return;
        }

        foreach (var (subscription, subscriber) in _subscriptions)
        {
            if (subscriber == userId)
            {
                subscription.OnChange();
            }
        }
    }

    private sealed class Subscription(OrderFeed feed, Action onChange) : IDisposable
    {
        public Action OnChange => onChange;

        public void Dispose() => feed._subscriptions.TryRemove(this, out _);
    }
}
