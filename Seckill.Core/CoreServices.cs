using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Seckill.Core;

public static class CoreServices
{
    /// <summary>Everything below the pages and the API, in the order of a purchase.</summary>
    public static IServiceCollection AddSeckillCore(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        return services;
    }
}
