using System.Collections.Concurrent;

namespace Seckill.Core.Live;

/// <summary>How many connections of this process watch each product.</summary>
public sealed class SaleWatchers
{
    private readonly ConcurrentDictionary<long, int> _products = new();

    public void Add(long productId) => _products.AddOrUpdate(productId, 1, static (_, count) => count + 1);

    public void Remove(long productId)
    {
        // Nobody watches most of what was ever watched: it is not kept.
        while (_products.TryGetValue(productId, out var count))
        {
            if (count > 1 ? _products.TryUpdate(productId, count - 1, count) : _products.TryRemove(KeyValuePair.Create(productId, count)))
            {
                return;
            }
        }
    }

    public int Count(long productId) => _products.GetValueOrDefault(productId);
}
