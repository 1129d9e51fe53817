using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Persistence;

/// <summary>Hands out contexts of the configured provider, so that its migrations and its model are the ones that are found.</summary>
internal sealed class SeckillDbContextFactory(IOptions<DatabaseOptions> options, DataDirectory directory, ILoggerFactory loggers, IEnumerable<IInterceptor> interceptors)
    : IDbContextFactory<SeckillDbContext>
{
    // As one JSON parameter: with one for each of a thousand ids Sqlite's driver looks every one up among all the others.
    private const ParameterTranslationMode Sets = ParameterTranslationMode.Parameter;

    private readonly Func<SeckillDbContext> _create = options.Value.Provider is DatabaseProvider.SqlServer
        ? Pool<SqlServerSeckillDbContext>(loggers, builder => builder
            .UseSqlServer(options.Value.ConnectionString, sql => sql.UseParameterizedCollectionMode(Sets))
            .AddInterceptors(interceptors))
        : Pool<SqliteSeckillDbContext>(loggers, builder => builder
            .UseSqlite(SqliteConnectionString(options.Value, directory), sql => sql.UseParameterizedCollectionMode(Sets))
            .AddInterceptors([new SqliteConnectionSetup(), .. interceptors]));

    public SeckillDbContext CreateDbContext() => _create();

    private static string SqliteConnectionString(DatabaseOptions options, DataDirectory directory) =>
        options.ConnectionString is { Length: > 0 } connectionString
            ? connectionString
            : new SqliteConnectionStringBuilder { DataSource = directory.File("seckill.db") }.ConnectionString;

    private static Func<SeckillDbContext> Pool<TContext>(ILoggerFactory loggers, Action<DbContextOptionsBuilder<TContext>> configure)
        where TContext : SeckillDbContext
    {
        // Two who write the same row are a part of the plan, and who catches the exception knows what it means. What nobody catches is logged where it ends.
        var builder = new DbContextOptionsBuilder<TContext>().UseLoggerFactory(loggers).ConfigureWarnings(events => events.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug), (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
        configure(builder);
        return new PooledDbContextFactory<TContext>(builder.Options).CreateDbContext;
    }
}
