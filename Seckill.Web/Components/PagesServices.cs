using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor.Services;

namespace Seckill.Web.Components;

internal static class PagesServices
{
    /// <summary>The pages. The application adds authentication and request localization to its pipeline itself.</summary>
    public static IServiceCollection AddSeckillPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            // A shopper whose phone slept finds their page again; many who left for good must not stay in memory.
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            options.DisconnectedCircuitMaxRetained = CircuitCap.Max / 4;
        });
        services.AddCascadingAuthenticationState();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(SiteLanguages.Configure);
        services.AddMudServices();
        services.AddSingleton<CircuitCap>();
        services.AddSingleton<CircuitHandler>(provider => provider.GetRequiredService<CircuitCap>());
        return services;
    }

    public static WebApplication MapSeckillPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPageActions();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
