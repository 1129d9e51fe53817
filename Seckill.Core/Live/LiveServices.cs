using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Live;

internal static class LiveServices
{
    /// <param name="watch">Whether this process serves people who watch.</param>
    /// <param name="sample">Whether this process writes down how sales go.</param>
    public static IServiceCollection AddLive(this IServiceCollection services, bool watch, bool sample)
    {
        services.AddUseCase<SaleBoard>().AddUseCase<SaleTraffic>().AddSingleton<SaleHistory>().AddSingleton<SaleWatchers>().AddSingleton<GrabPost>().AddSingleton<SaleSampler>();
        if (sample)
        {
            services.AddHostedService(provider => provider.GetRequiredService<SaleSampler>());
        }

        return watch ? services.AddHostedService<SaleTicker>().AddHostedService(provider => provider.GetRequiredService<GrabPost>()) : services;
    }
}
