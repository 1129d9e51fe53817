using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Seckill.Core.Accounts;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

/// <summary>Carries the migrations for SQL Server, and what only that provider needs.</summary>
internal sealed class SqlServerSeckillDbContext(DbContextOptions<SqlServerSeckillDbContext> options) : SeckillDbContext(options)
{
    // Compares code points, as Sqlite does. A server's own collation may take two keys that differ in case for one, and
    // the older ones take all rare Chinese characters for equal.
    private const string Exact = "Latin1_General_100_BIN2";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<User>().Property(u => u.NormalizedUserName).UseCollation(Exact);
        modelBuilder.Entity<StockChange>().Property(c => c.IdempotencyKey).UseCollation(Exact);
        modelBuilder.Entity<SeckillRecord>().Property(r => r.IdempotencyKey).UseCollation(Exact);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class SqlServerDesignTimeFactory : IDesignTimeDbContextFactory<SqlServerSeckillDbContext>
{
    public SqlServerSeckillDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerSeckillDbContext>().UseSqlServer("Server=.;Database=Seckill").Options);
}
