using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

/// <summary>
/// The ledger. Times are stored as milliseconds since 1970 UTC and enums by their names, the same on both providers, so that every
/// comparison happens in SQL and hand-written statements need no formats.
/// </summary>
public class SeckillDbContext : DbContext, IDataProtectionKeyContext
{
    internal SeckillDbContext(DbContextOptions options)
        : base(options)
    {
    }

    internal DbSet<User> Users => Set<User>();
    internal DbSet<SellerApplication> SellerApplications => Set<SellerApplication>();
    internal DbSet<Product> Products => Set<Product>();
    internal DbSet<FlashSale> FlashSales => Set<FlashSale>();
    internal DbSet<Sales.Stock> Stocks => Set<Sales.Stock>();
    internal DbSet<PurchaseLimit> PurchaseLimits => Set<PurchaseLimit>();
    internal DbSet<VipPurchaseLimit> VipPurchaseLimits => Set<VipPurchaseLimit>();
    internal DbSet<StockChange> StockChanges => Set<StockChange>();
    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    internal DbSet<SeckillRecord> SeckillRecords => Set<SeckillRecord>();
    internal DbSet<Order> Orders => Set<Order>();
    internal DbSet<Payment> Payments => Set<Payment>();
    internal DbSet<SandboxCharge> SandboxCharges => Set<SandboxCharge>();
    internal DbSet<SaleSample> SaleSamples => Set<SaleSample>();
    internal DbSet<House> House => Set<House>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(SeckillDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<MillisecondsConverter>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<TimeSpanConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(16);
    }

    private sealed class MillisecondsConverter() : ValueConverter<DateTime, long>(
        at => new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)).ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);

    private sealed class TimeSpanConverter() : ValueConverter<TimeSpan, long>(
        span => (long)span.TotalMilliseconds,
        milliseconds => TimeSpan.FromMilliseconds(milliseconds));
}
