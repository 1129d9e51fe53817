using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor.Services;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Components;

internal static class PagesServices
{
    /// <summary>The pages, their languages and their circuits.</summary>
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

    /// <summary>The page for what nobody expected, and the visitor's language. Goes before authentication; the API answers errors in its own words.</summary>
    public static WebApplication UseSeckillPages(this WebApplication app)
    {
        app.UseWhen(
            context => !ApiErrors.IsApi(context.Request),
            pages => pages.UseExceptionHandler(Links.Error, createScopeForErrors: true).UseRequestLocalization());
        return app;
    }

    public static WebApplication MapSeckillPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPageActions();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
