using System.Collections.Concurrent;

namespace Seckill.Core.Stock;

/// <summary>What this process' gate wakes: saves a wait, guards nothing. Each loop also looks by itself.</summary>
internal sealed class StockSignals
{
    /// <summary>Tickets were queued.</summary>
    public Pulse Queued { get; } = new();

    /// <summary>The sales whose tickets those are. Who looks takes a sale out first, so that what is queued meanwhile puts it in again.</summary>
    public ConcurrentDictionary<long, bool> WithTickets { get; } = new();

    /// <summary>A sale's queue has tickets.</summary>
    public void HasTickets(long saleId)
    {
        WithTickets[saleId] = true;
        Queued.Set();
    }

    /// <summary>A sale sold out, has units again, or changed its state.</summary>
    public Pulse Turned { get; } = new();

    /// <summary>A sale is missing in Redis or has another generation there.</summary>
    public Pulse Unloaded { get; } = new();
}
