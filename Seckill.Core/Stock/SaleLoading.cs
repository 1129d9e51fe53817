namespace Seckill.Core.Stock;

internal static class SaleLoading
{
    /// <summary>How long before it opens a sale is put into Redis.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);
}

internal sealed class QueueOptions
{
    public const string Section = "Ordering";

    /// <summary>Tickets one sale's queue may hold; above it, grabs are told to try again.</summary>
    public int QueueBound { get; set; } = 100_000;
}
