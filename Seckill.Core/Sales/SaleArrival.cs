using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Sales;

/// <summary>Brings what SQL has decided about a sale to Redis, so that whoever decided hears when it holds.</summary>
internal sealed class SaleArrival(DirectoryRefresh refresh, SaleDirectory directory, SaleGate gate, StoreConnection store, StockSignals signals, StoreClock clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until Redis has the sale as SQL has it. False when the store is away, or after three seconds: then it follows by itself.</summary>
    public async Task<bool> WaitAsync(long saleId)
    {
        var began = clock.Time.GetTimestamp();
        do
        {
            try
            {
                await refresh.RunAsync(CancellationToken.None);
                if (directory.FindSale(saleId) is not { } sale || !sale.BelongsInRedis(clock.UtcNow))
                {
                    // Not in Redis yet, or not any more.
                    return true;
                }

                if (!store.IsTrusted)
                {
                    return false;
                }

                if (await gate.ReadAsync(sale.Keys) is { Rebuilding: false } reading && reading.Generation == sale.Generation)
                {
                    if (reading.Version >= sale.Version || await gate.SteerAsync(sale) == GateOutcome.Done)
                    {
                        signals.Turned.Set();
                        return true;
                    }
                }
                else
                {
                    signals.Unloaded.Set();
                }
            }
            catch (StoreException)
            {
                // Away: it is tried again, and after that by whoever looks after the sales.
            }

            await Task.Delay(Step, clock.Time);
        }
        while (store.IsTrusted && clock.Time.GetElapsedTime(began) < Patience);

        return false;
    }
}
