using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Seckill.Core.Persistence;

/// <summary>Carries the migrations for Sqlite.</summary>
internal sealed class SqliteSeckillDbContext(DbContextOptions<SqliteSeckillDbContext> options) : SeckillDbContext(options);

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteSeckillDbContext>
{
    public SqliteSeckillDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteSeckillDbContext>().UseSqlite("Data Source=:memory:").Options);
}
