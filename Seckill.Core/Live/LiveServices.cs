using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Live;

internal static class LiveServices
{
    /// <param name="watch">Whether this process serves people who watch.</param>
    public static IServiceCollection AddLive(this IServiceCollection services, bool watch)
    {
        services.AddUseCase<SaleBoard>().AddSingleton<SaleHistory>();
        return watch ? services.AddHostedService<SaleTicker>() : services;
    }
}
