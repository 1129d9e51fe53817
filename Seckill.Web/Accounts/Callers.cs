using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Primitives;
using Seckill.Core.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Accounts;

/// <summary>
/// Finds out who is calling, and keeps out of an endpoint who may not use it. A token goes before the gateway's word, and that before a
/// cookie. Stands in place of UseAuthentication, which would open a service scope for each request: of these, only a cookie needs one.
/// </summary>
internal sealed class Callers(RequestDelegate next, BearerTokens tokens, Gateway gateway, UserAccounts accounts)
{
    private const string UserIdHeader = "User-Id";
    private const string BearerPrefix = BearerTokens.Scheme + " ";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Authorization is { Count: > 0 } authorization)
        {
            return ByToken(context, authorization.ToString());
        }

        if (headers.TryGetValue(Gateway.KeyHeader, out var key))
        {
            return ByGateway(context, key);
        }

        return headers.Cookie.Count > 0 ? ByCookieAsync(context) : AdmitAsync(context, null);
    }

    private Task ByToken(HttpContext context, string authorization)
    {
        // A token that is not ours or over makes nobody of its caller, which is no hindrance where anybody may look.
        if (!authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) || tokens.UserIdOf(authorization.AsSpan(BearerPrefix.Length).Trim()) is not { } userId)
        {
            return AdmitAsync(context, null);
        }

        context.User = new CallerPrincipal(userId, BearerTokens.Scheme);
        return ClaimsToBeSomebodyElse(context, userId) ? Refusal.OtherUser.ExecuteAsync(context) : AdmitAsync(context, userId);
    }

    private Task ByGateway(HttpContext context, StringValues key)
    {
        if (!gateway.Trusts(key.Count == 1 ? key[0] : null))
        {
            return Refusal.WrongGatewayKey.ExecuteAsync(context);
        }

        // The gateway also passes on those who have not signed in.
        var said = context.Request.Headers[UserIdHeader];
        if (said.Count == 0)
        {
            return AdmitAsync(context, null);
        }

        if (said.Count > 1 || !IdConverter.TryParse(said[0], out var userId))
        {
            return Refusal.Fields(new Core.FieldError(UserIdHeader, "id")).ExecuteAsync(context);
        }

        context.User = new CallerPrincipal(userId, Gateway.Scheme);
        return AdmitAsync(context, userId);
    }

    private async Task ByCookieAsync(HttpContext context)
    {
        var signedIn = await context.AuthenticateAsync(SiteSignIn.Scheme);
        if (signedIn.Principal is null || CurrentUser.UserIdOf(signedIn.Principal) is not { } userId)
        {
            await AdmitAsync(context, null);
            return;
        }

        context.User = signedIn.Principal;
        if (!ApiErrors.IsApi(context.Request))
        {
            await next(context);
        }
        else if (ClaimsToBeSomebodyElse(context, userId))
        {
            await Refusal.OtherUser.ExecuteAsync(context);
        }
        else if (Writes(context.Request.Method) && !IsSameOrigin(context.Request))
        {
            await Refusal.CrossSite.ExecuteAsync(context);
        }
        else
        {
            await AdmitAsync(context, userId);
        }
    }

    private Task AdmitAsync(HttpContext context, long? userId)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsRole>() is not { } needs)
        {
            return next(context);
        }

        if (userId is null)
        {
            return Refusal.NotSignedIn.ExecuteAsync(context);
        }

        return needs.Role == UserRole.Shopper ? next(context) : AdmitToRoleAsync(context, userId.Value, needs.Role);
    }

    // Read from the ledger each time: a token and a cookie outlive a suspension and a change of role.
    private async Task AdmitToRoleAsync(HttpContext context, long userId, UserRole needed)
    {
        var user = await accounts.FindAsync(userId, context.RequestAborted);
        var refusal = user switch
        {
            { Suspended: true } => Refusal.Suspended,
            { Role: UserRole.Admin } => null,
            { Role: var role } when role == needed => null,
            _ => Refusal.NotAllowed,
        };
        await (refusal?.ExecuteAsync(context) ?? next(context));
    }

    private static bool ClaimsToBeSomebodyElse(HttpContext context, long userId) =>
        context.Request.Headers.TryGetValue(UserIdHeader, out var said)
        && (said.Count != 1 || !long.TryParse(said[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id != userId);

    private static bool Writes(string method) => !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));

    private static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site is [("same-origin" or "none")];
        }

        // Older browsers. The scheme is not compared: behind a proxy that ends TLS it differs.
        return request.Headers.Origin is [{ } origin]
            && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
                || string.Equals($"{uri.Host}:{uri.Port}", request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
