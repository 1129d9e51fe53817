using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Stock;

internal static class StockServices
{
    public static IServiceCollection AddStock(this IServiceCollection services)
    {
        services.AddOptions<QueueOptions>()
            .BindConfiguration(QueueOptions.Section)
            .Validate(o => o.QueueBound >= 1, "Ordering:QueueBound must be 1 or more.")
            .ValidateOnStart();
        return services
            .AddSingleton<SaleDirectory>()
            .AddSingleton<StockSignals>()
            .AddSingleton<SaleGate>()
            .AddSingleton<SaleTallies>()
            .AddSingleton<GrabScript>()
            .AddSingleton<ReleaseScript>()
            .AddSingleton<LoadScripts>();
    }
}
