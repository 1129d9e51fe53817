using Seckill.Core.Live;

namespace Seckill.Core.Sales;

public sealed record SaleDraft(long? ProductId, long? PriceCents, int? Units, DateTime? OpensAt, DateTime? EndsAt, int? PaymentWindowSeconds);

/// <summary>A sale as its seller sees it in a list.</summary>
public sealed record SellerSaleView(
    long SaleId,
    long ProductId,
    string ProductName,
    long PriceCents,
    int Units,
    DateTime OpensAt,
    DateTime EndsAt,
    TimeSpan PaymentWindow,
    SalePhase Phase,
    string? Message,
    DateTime UpdatedAt);

/// <summary>A seller's own sales.</summary>
public sealed class SellerSales
{
    /// <summary>The longest a sale may last.</summary>
    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(90);

    public const int MaxUnits = 10_000_000;

    public Task<Page<SellerSaleView>> ListAsync(long sellerId, int offset, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<SellerResult> PlanAsync(long sellerId, SaleDraft draft, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes a sale that has not opened.</summary>
    /// <param name="updatedAt">As read; a sale changed since then is left alone.</param>
    public Task<SellerResult> UpdateAsync(long sellerId, long saleId, SaleDraft draft, DateTime updatedAt, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<SellerResult> PauseAsync(long sellerId, long saleId, string? message, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<SellerResult> ResumeAsync(long sellerId, long saleId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Moves the end; it never moves into the past.</summary>
    public Task<SellerResult> ProlongAsync(long sellerId, long saleId, DateTime? endsAt, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends the sale now.</summary>
    public Task<SellerResult> EndAsync(long sellerId, long saleId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
