using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Persistence;

internal static class PersistenceServices
{
    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>()
            .Configure(options =>
            {
                options.Provider = ProviderOf(configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}"]);
                options.ConnectionString = configuration.GetConnectionString(DatabaseOptions.Section);
            })
            .Validate(options => options.Provider is not DatabaseProvider.Unknown, "Database:Provider must be Sqlite or SqlServer.")
            .Validate(
                options => options.Provider is not DatabaseProvider.SqlServer || !string.IsNullOrWhiteSpace(options.ConnectionString),
                "Database:Provider is SqlServer, so ConnectionStrings:Database must say where the server is.")
            .ValidateOnStart();

        services.AddSingleton<DataDirectory>();
        services.AddSingleton<IDbContextFactory<SeckillDbContext>, SeckillDbContextFactory>();
        services.AddSingleton<DatabaseStart>();
        services.AddSingleton<ILedgerSql>(provider => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Provider is DatabaseProvider.SqlServer
            ? new SqlServerLedgerSql()
            : new SqliteLedgerSql());
        services.AddSingleton<Ledger>();
        services.AddSingleton<DemoData>();

        // For DataProtection and the health check, which ask for a context by its type.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<SeckillDbContext>>().CreateDbContext());
        services.AddDataProtection().SetApplicationName("Seckill").PersistKeysToDbContext<SeckillDbContext>();
        return services;
    }

    private static DatabaseProvider ProviderOf(string? name) => name?.Trim() switch
    {
        null or "" => DatabaseProvider.Sqlite,
        var known when known.Equals(nameof(DatabaseProvider.Sqlite), StringComparison.OrdinalIgnoreCase) => DatabaseProvider.Sqlite,
        var known when known.Equals(nameof(DatabaseProvider.SqlServer), StringComparison.OrdinalIgnoreCase) => DatabaseProvider.SqlServer,
        _ => DatabaseProvider.Unknown,
    };
}
