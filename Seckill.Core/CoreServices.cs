using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Expiry;
using Seckill.Core.Grabbing;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core;

public static partial class CoreServices
{
    /// <summary>Everything below the pages and the API, in the order of a purchase.</summary>
    /// <exception cref="StartException">A setting is wrong.</exception>
    public static IServiceCollection AddSeckillCore(this IServiceCollection services, IConfiguration configuration)
    {
        var roles = new Roles(configuration);
        AddDrills(services, configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services
            .AddSingleton(roles)
            .AddSingleton<StoreClock>()
            .AddSingleton<IdGenerator>()
            .AddSingleton<Metering>()
            .AddSingleton<StoreTrust>()
            .AddPersistence(configuration)
            .AddRedis()
            .AddHostedService<CoreStart>();
        services
            .AddAccounts()
            .AddCatalog()
            .AddSales()
            .AddStock()
            .AddGrabbing()
            .AddRecovery()
            .AddOrdering(roles.Orders)
            .AddExpiry(roles.Jobs)
            .AddLive(roles.Web, roles.Jobs)
            .AddCoreHealth();
        return services;
    }

    // What only builds for drills and load tests have.
    static partial void AddDrills(IServiceCollection services, IConfiguration configuration);
}
