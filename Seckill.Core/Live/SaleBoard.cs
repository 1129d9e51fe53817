namespace Seckill.Core.Live;

/// <summary>What every watched sale looks like now. Readings are shared by all who watch: a few a second for each sale.</summary>
public sealed class SaleBoard
{
    /// <summary>The sale that stands for a product: the open or paused one, else the next, else the last, else null.</summary>
    public SaleView? Find(long productId) => throw new NotImplementedException();

    /// <summary>
    /// Calls back with every change of the product's sale until disposed. The callback must be quick and must not throw;
    /// read <see cref="Find"/> after subscribing to miss nothing.
    /// </summary>
    public IDisposable Subscribe(long productId, Action<SaleView> onChange) => throw new NotImplementedException();

    /// <summary>Calls back with every change of any sale.</summary>
    public IDisposable SubscribeAll(Action<SaleView> onChange) => throw new NotImplementedException();
}
