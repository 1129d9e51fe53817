namespace Seckill.Core.Live;

/// <summary>One point of a sale's history as its seller sees it. Bounded: one every few seconds while the sale is open, thinned afterwards.</summary>
internal sealed class SaleSample
{
    public long Id { get; set; }
    public long SaleSampleId { get; set; }
    public long SaleId { get; set; }
    public DateTime At { get; set; }
    public int Left { get; set; }
    public int Queued { get; set; }
    public int AwaitingPayment { get; set; }
    public int Paid { get; set; }
    public long Granted { get; set; }

    /// <summary>Since the sale opened, over all processes.</summary>
    public Refusals Refusals { get; set; } = Refusals.None;

    /// <summary>Connections that watch the product, over all processes.</summary>
    public int Watchers { get; set; }
}
