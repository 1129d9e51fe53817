using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Seckill.Core.Ordering;

namespace Seckill.Core.Persistence;

internal sealed class SeckillRecordConfiguration : IEntityTypeConfiguration<SeckillRecord>
{
    public void Configure(EntityTypeBuilder<SeckillRecord> builder)
    {
        builder.HasIndex(r => r.SeckillId).IsUnique();
        builder.HasIndex(r => new { r.SaleId, r.UserId });

        // Not unique: a key whose ticket was refused may be used again.
        builder.HasIndex(r => new { r.UserId, r.SaleId, r.IdempotencyKey });
        builder.Property(r => r.IdempotencyKey).HasMaxLength(64);

        // A handful among millions, for the operators' list.
        builder.HasIndex(r => r.Id, "IX_SeckillRecords_Refused").HasFilter("Status = 'Refused'");
    }
}

internal sealed class OrderConfiguration : IEntityTypeConfiguration<Order>
{
    public void Configure(EntityTypeBuilder<Order> builder)
    {
        builder.HasIndex(o => o.OrderId).IsUnique();
        builder.HasIndex(o => o.SeckillId).IsUnique();
        builder.HasIndex(o => new { o.BuyerId, o.Id });
        builder.HasIndex(o => new { o.SellerId, o.Id });
        builder.HasIndex(o => new { o.Status, o.PayBeforeAt });

        // With the quantity, so that the account of a sale is summed without looking at its orders.
        builder.HasIndex(o => new { o.SaleId, o.Status, o.Quantity });

        // A handful of rows, looked for all the time. By their key, in which order they are asked for: Sqlite prefers reading the
        // whole table in that order to sorting.
        builder.HasIndex(o => o.Id, "IX_Orders_Unreleased").HasFilter("ClosedAt IS NOT NULL AND ReleasedAt IS NULL");
    }
}

internal sealed class PaymentConfiguration : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> builder)
    {
        builder.HasIndex(p => p.PaymentId).IsUnique();
        builder.HasIndex(p => new { p.OrderId, p.Attempt }).IsUnique();
        builder.HasIndex(p => new { p.Status, p.UpdatedAt });
    }
}

internal sealed class SandboxChargeConfiguration : IEntityTypeConfiguration<SandboxCharge>
{
    public void Configure(EntityTypeBuilder<SandboxCharge> builder) => builder.HasIndex(c => c.PaymentId).IsUnique();
}
