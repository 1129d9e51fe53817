using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;
using Seckill.Web.Components.Console;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Components;

internal static class PagesServices
{
    /// <summary>The pages, their languages and their circuits.</summary>
    public static IServiceCollection AddSeckillPages(this IServiceCollection services)
    {
        services.AddOptions<PagesOptions>()
            .BindConfiguration(PagesOptions.Section)
            .Validate(o => o.MaxCircuits >= 0, "Pages:MaxCircuits must be 0 or more.")
            .ValidateOnStart();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddOptions<CircuitOptions>().Configure<IOptions<PagesOptions>>((circuits, pages) =>
        {
            // A shopper whose phone slept finds their page again; many who left for good must not stay in memory.
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            circuits.DisconnectedCircuitMaxRetained = pages.Value.MaxCircuits / 4;
        });
        services.AddCascadingAuthenticationState();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(SiteLanguages.Configure);
        services.AddResponseCompression(options => options.EnableForHttps = true);
        services.AddOutputCache(options => options.AddPolicy(ShopCache.Policy, new ShopCache()));
        services.AddMudServices();
        services.AddTransient<MudLocalizer, MudTexts>();
        services.AddScoped<VisitorZone>();
        services.AddSingleton<SaleWatch>();
        services.AddSingleton<CircuitCap>();
        services.AddSingleton<CircuitHandler>(provider => provider.GetRequiredService<CircuitCap>());
        services.AddScoped<CircuitHandler, CircuitTurns>();
        return services;
    }

    /// <summary>The page for what nobody expected, and the visitor's language. Goes before authentication; the API answers errors in its own words.</summary>
    public static WebApplication UseSeckillPages(this WebApplication app)
    {
        app.UseWhen(context => !ApiErrors.IsApi(context.Request), pages => pages.UseRequestLocalization());

        // Every other file is compressed when the program is built. Pages are not: what they say to one person could be guessed from how short they get.
        app.UseWhen(context => context.Request.Path == Links.ThemeSheet, sheet => sheet.UseResponseCompression());

        // Whoever asks for a page gets one, whatever went wrong; programs and modules go by the status.
        app.UseWhen(
            context => !ApiErrors.IsApi(context.Request) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
            pages =>
            {
                pages.UseExceptionHandler(Links.Error, createScopeForErrors: true);
                pages.UseStatusCodePagesWithReExecute(Links.Error, "?status={0}", createScopeForStatusCodePages: true);

                // A form that failed comes here once more, and must not be taken for a form of the error page.
                pages.Use((context, next) =>
                {
                    context.Request.Method = context.Request.Path == Links.Error ? HttpMethods.Get : context.Request.Method;
                    return next(context);
                });

                // A branch does not know the application's endpoints, and the error page, which all this leads to, is one of them.
                pages.Properties["__GlobalEndpointRouteBuilder"] = app;
                pages.UseRouting();
            });
        return app;
    }

    /// <summary>Pages that many share, and what keeps visitors from the others. After it is known who is calling; the API sees to itself.</summary>
    public static void UsePageGuards(this WebApplication app)
    {
        // The framework adds its own authorization for everything, unless it believes that to be done.
        ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseWhen(context => !ApiErrors.IsApi(context.Request), pages =>
        {
            pages.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<OutputCacheAttribute>() is not null, shared => shared.UseOutputCache());
            pages.UseAuthorization();
            pages.UseAntiforgery();
        });
    }

    public static WebApplication MapSeckillPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPageActions();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
