using System.Collections.Frozen;

namespace Seckill.Core.Stock;

/// <summary>A sale as every node keeps it in memory.</summary>
/// <param name="Waiting">An earlier sale of the same product still has orders in flight: this one does not open before they are final.</param>
/// <param name="Version">Of what the seller decided (state, times, message): never falls.</param>
internal sealed record SaleCard(
    long SaleId,
    long ProductId,
    long SellerId,
    long PriceCents,
    DateTime OpensAt,
    DateTime EndsAt,
    int Units,
    int SqlStock,
    bool Paused,
    bool Closed,
    string? Message,
    long Generation,
    long Version)
{
    /// <summary>Where the sale is in Redis.</summary>
    public SaleKeys Keys { get; } = new(SaleId);

    public bool Waiting { get; init; }

    /// <summary>Whether Redis should have it: from some time before it opens until it is closed.</summary>
    public bool BelongsInRedis(DateTime now) => !Closed && !Waiting && OpensAt - now <= SaleLoading.Ahead;

    public bool HasEnded(DateTime now) => Closed || now >= EndsAt;

    /// <summary>Whether units may have been taken at a moment.</summary>
    public bool MayHaveBeenOpenAt(DateTime moment, TimeSpan tolerance) => OpensAt - tolerance <= moment && moment < EndsAt + tolerance;
}

/// <summary>Product → sale, in this node's memory; refreshed from SQL within a second, so that no grab asks SQL.</summary>
internal sealed class SaleDirectory
{
    private FrozenDictionary<long, SaleCard[]> _byProduct = FrozenDictionary<long, SaleCard[]>.Empty;
    private FrozenDictionary<long, SaleCard> _bySale = FrozenDictionary<long, SaleCard>.Empty;

    /// <summary>Raised by whoever learns that what is here is out of date.</summary>
    public Pulse Stale { get; } = new();

    /// <summary>What was in SQL then is here, or something newer.</summary>
    public DateTime AsOf { get; private set; }

    /// <summary>Sales that are not closed.</summary>
    public IReadOnlyList<SaleCard> Live { get; private set; } = [];

    /// <summary>The last closed sale of each product.</summary>
    public IEnumerable<SaleCard> Closed => _bySale.Values.Where(sale => sale.Closed);

    public IEnumerable<long> Products => _byProduct.Keys;

    public SaleCard? FindSale(long saleId) => _bySale.GetValueOrDefault(saleId);

    /// <summary>The sale that stands for a product: the open or paused one, else the next, else the last.</summary>
    public SaleCard? Find(long productId, DateTime now)
    {
        if (!_byProduct.TryGetValue(productId, out var sales))
        {
            return null;
        }

        foreach (var sale in sales)
        {
            if (!sale.HasEnded(now))
            {
                return sale;
            }
        }

        return sales[^1];
    }

    /// <summary>The product's sale that has ended and still has something in flight, if that is another than the one that stands for it.</summary>
    public SaleCard? FindEnding(long productId, DateTime now) =>
        _byProduct.TryGetValue(productId, out var sales) && sales.Length > 1 && !sales[^1].HasEnded(now)
            ? Array.Find(sales, sale => !sale.Closed && sale.HasEnded(now))
            : null;

    /// <param name="asOf">When SQL began to be asked for them.</param>
    public void Replace(IEnumerable<SaleCard> sales, DateTime asOf)
    {
        var byProduct = sales.GroupBy(sale => sale.ProductId).ToFrozenDictionary(group => group.Key, InOrder);
        _bySale = byProduct.Values.SelectMany(group => group).ToFrozenDictionary(sale => sale.SaleId);
        Live = [.. _bySale.Values.Where(sale => !sale.Closed)];
        _byProduct = byProduct;
        AsOf = asOf;
    }

    private static SaleCard[] InOrder(IEnumerable<SaleCard> sales)
    {
        var inOrder = sales.OrderBy(sale => sale.OpensAt).ThenBy(sale => sale.SaleId).ToArray();
        for (var i = 1; i < inOrder.Length; i++)
        {
            inOrder[i] = inOrder[i] with { Waiting = inOrder.Take(i).Any(earlier => !earlier.Closed) };
        }

        return inOrder;
    }
}
