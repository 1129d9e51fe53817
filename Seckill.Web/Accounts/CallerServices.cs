using System.Globalization;
using Microsoft.AspNetCore.Authentication.Cookies;
using Seckill.Core.Accounts;

namespace Seckill.Web.Accounts;

/// <summary>What an endpoint asks of its caller.</summary>
internal sealed record NeedsRole(UserRole Role);

internal static class CallerServices
{
    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(14);
    private static readonly TimeSpan CookieTrustedFor = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddCallers(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>()
            .BindConfiguration(GatewayOptions.Section)
            .Validate(
                o => string.IsNullOrEmpty(o.Key) || o.Key.Length is >= GatewayOptions.ShortestKey and <= 256,
                $"Gateway:Key must be at least {GatewayOptions.ShortestKey} characters long (and at most 256); leave it empty when no gateway stands before this site.")
            .ValidateOnStart();

        services.AddSingleton<Gateway>();
        services.AddSingleton<BearerTokens>();
        services.AddAuthorization();
        services.AddAuthentication(SiteSignIn.Scheme).AddCookie(SiteSignIn.Scheme, options =>
        {
            options.Cookie.Name = "Seckill";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = CookieLifetime;
            options.SlidingExpiration = true;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = LookAgainAsync;
        });
        return services;
    }

    public static IApplicationBuilder UseCallers(this IApplicationBuilder app)
    {
        // The framework adds its own authentication, a service scope for each request, unless it believes that to be done.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        return app.UseMiddleware<Callers>();
    }

    public static TBuilder RequireShopper<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NeedsRole(UserRole.Shopper));

    public static TBuilder RequireSeller<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NeedsRole(UserRole.Seller));

    public static TBuilder RequireAdmin<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NeedsRole(UserRole.Admin));

    // A cookie lives for weeks: once a minute it is held against the ledger, so that a suspension ends it and a new role arrives.
    private static async Task LookAgainAsync(CookieValidatePrincipalContext context)
    {
        const string LookedAt = "looked";
        var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var last = context.Properties.GetString(LookedAt) is { } text
            ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture))
            : context.Properties.IssuedUtc;
        if (now - last < CookieTrustedFor || context.Principal is null || CurrentUser.UserIdOf(context.Principal) is not { } userId)
        {
            return;
        }

        var accounts = context.HttpContext.RequestServices.GetRequiredService<UserAccounts>();
        if (await accounts.FindAsync(userId, context.HttpContext.RequestAborted) is not { Suspended: false } user)
        {
            context.RejectPrincipal();
            await SiteSignIn.SignOutAsync(context.HttpContext);
            return;
        }

        context.Properties.SetString(LookedAt, now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        context.ReplacePrincipal(CurrentUser.PrincipalOf(user.UserId, user.UserName, user.Role, SiteSignIn.Scheme));
        context.ShouldRenew = true;
    }
}
