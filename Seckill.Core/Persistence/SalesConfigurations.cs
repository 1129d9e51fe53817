using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Seckill.Core.Catalog;
using Seckill.Core.Live;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> builder)
    {
        builder.HasIndex(p => p.ProductId).IsUnique();
        builder.HasIndex(p => new { p.SellerId, p.Id });
        builder.Property(p => p.Name).HasMaxLength(SellerRules.MaxName);
        builder.Property(p => p.Description).HasMaxLength(SellerRules.MaxDescription);
        builder.Property(p => p.ImageUrl).HasMaxLength(SellerRules.MaxImageUrl);
    }
}

internal sealed class FlashSaleConfiguration : IEntityTypeConfiguration<FlashSale>
{
    public void Configure(EntityTypeBuilder<FlashSale> builder)
    {
        builder.HasIndex(s => s.SaleId).IsUnique();
        builder.HasIndex(s => s.ProductId);
        builder.HasIndex(s => new { s.SellerId, s.Id });

        // Every node asks for these once a second; all others only pile up.
        builder.HasIndex(s => s.State).HasFilter("State <> 'Closed'");
        builder.HasIndex(s => s.UpdatedAt);
        builder.Property(s => s.Message).HasMaxLength(SellerRules.MaxMessage);
    }
}

internal sealed class StockConfiguration : IEntityTypeConfiguration<Sales.Stock>
{
    public void Configure(EntityTypeBuilder<Sales.Stock> builder)
    {
        // The last line of defence: whatever a statement got wrong, a unit is not sold twice.
        builder.ToTable(t => t.HasCheckConstraint("CK_Stocks_SeckillStock", "SeckillStock >= 0"));
        builder.HasIndex(s => s.StockId).IsUnique();
        builder.HasIndex(s => s.SaleId).IsUnique();
    }
}

internal sealed class PurchaseLimitConfiguration : IEntityTypeConfiguration<PurchaseLimit>
{
    public void Configure(EntityTypeBuilder<PurchaseLimit> builder)
    {
        builder.HasIndex(l => l.PurchaseLimitId).IsUnique();
        builder.HasIndex(l => l.ProductId).IsUnique();
    }
}

internal sealed class VipPurchaseLimitConfiguration : IEntityTypeConfiguration<VipPurchaseLimit>
{
    public void Configure(EntityTypeBuilder<VipPurchaseLimit> builder)
    {
        builder.HasIndex(l => l.VipPurchaseLimitId).IsUnique();
        builder.HasIndex(l => new { l.ProductId, l.UserId }).IsUnique();
    }
}

internal sealed class StockChangeConfiguration : IEntityTypeConfiguration<StockChange>
{
    public void Configure(EntityTypeBuilder<StockChange> builder)
    {
        builder.HasIndex(c => c.StockChangeId).IsUnique();
        builder.HasIndex(c => new { c.SaleId, c.IdempotencyKey }).IsUnique();
        builder.HasIndex(c => c.Status);
        builder.Property(c => c.IdempotencyKey).HasMaxLength(64);
    }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasIndex(e => e.AuditEntryId).IsUnique();
        builder.HasIndex(e => new { e.SubjectId, e.At });
        builder.Property(e => e.Action).HasMaxLength(64);
        builder.Property(e => e.Before).HasMaxLength(1000);
        builder.Property(e => e.After).HasMaxLength(1000);
    }
}

internal sealed class SaleSampleConfiguration : IEntityTypeConfiguration<SaleSample>
{
    public void Configure(EntityTypeBuilder<SaleSample> builder)
    {
        builder.HasIndex(s => s.SaleSampleId).IsUnique();
        builder.HasIndex(s => new { s.SaleId, s.At });
        builder.ComplexProperty(s => s.Refusals, refusals =>
        {
            // RefusedSoldOut and so on, for whoever asks by hand.
            foreach (var (reason, _) in Refusals.None.ByReason)
            {
                var name = char.ToUpperInvariant(reason[0]) + reason[1..];
                refusals.Property<long>(name).HasColumnName("Refused" + name);
            }
        });
    }
}
