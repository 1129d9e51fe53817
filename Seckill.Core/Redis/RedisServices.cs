using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Core.Redis;

/// <summary>The store's clock, in milliseconds since 1970 UTC.</summary>
internal delegate Task<long> ReadStoreTime();

internal static class RedisServices
{
    public static IServiceCollection AddRedis(this IServiceCollection services)
    {
        services.TryAddSingleton<ReadStoreTime>(provider => provider.GetRequiredService<StoreConnection>().ReadTimeAsync);
        return services
            .AddSingleton<StoreConnection>()
            .AddSingleton<LeaseScript>();
    }
}
