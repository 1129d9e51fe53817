using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

internal static class SalesServices
{
    public static IServiceCollection AddSales(this IServiceCollection services)
    {
        services.AddSingleton<SellerProducts>();

        // Its constructor is internal, as what it needs is.
        services.AddSingleton(provider => new SellerSales(
            provider.GetRequiredService<IDbContextFactory<SeckillDbContext>>(),
            provider.GetRequiredService<IdGenerator>(),
            provider.GetRequiredService<StoreClock>(),
            provider.GetRequiredService<IOptions<OrderingOptions>>()));
        return services;
    }
}
