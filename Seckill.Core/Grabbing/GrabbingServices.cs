using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Grabbing;

internal static class GrabbingServices
{
    public static IServiceCollection AddGrabbing(this IServiceCollection services)
    {
        services.AddOptions<GrabbingOptions>()
            .BindConfiguration(GrabbingOptions.Section)
            .Validate(o => o.TriesPerSecond >= 1, "Grabbing:TriesPerSecond must be 1 or more.")
            .Validate(o => o.StorePatience > TimeSpan.Zero, "Grabbing:StorePatience must be longer than zero.")
            .ValidateOnStart();
        return services.AddSingleton<GrabCounts>().AddUseCase<GrabDesk>();
    }
}
