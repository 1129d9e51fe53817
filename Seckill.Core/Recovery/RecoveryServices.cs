using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Recovery;

internal static class RecoveryServices
{
    public static IServiceCollection AddRecovery(this IServiceCollection services) =>
        services
            .AddSingleton<SaleRebuild>()
            .AddSingleton<SaleLife>()
            .AddSingleton<SaleAudit>()
            .AddHostedService(provider => provider.GetRequiredService<StoreTrust>())
            .AddHostedService<SaleLifeService>();
}
