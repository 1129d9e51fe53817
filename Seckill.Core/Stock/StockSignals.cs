namespace Seckill.Core.Stock;

/// <summary>What this process' gate wakes: saves a wait, guards nothing. Each loop also looks by itself.</summary>
internal sealed class StockSignals
{
    /// <summary>Tickets were queued.</summary>
    public Pulse Queued { get; } = new();

    /// <summary>A sale sold out, has units again, or changed its state.</summary>
    public Pulse Turned { get; } = new();

    /// <summary>A sale is missing in Redis or has another generation there.</summary>
    public Pulse Unloaded { get; } = new();
}
