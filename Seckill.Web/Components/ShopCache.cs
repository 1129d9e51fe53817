using System.Globalization;
using Microsoft.AspNetCore.OutputCaching;
using Seckill.Web.Accounts;
using Seckill.Web.Components.Theme;

namespace Seckill.Web.Components;

/// <summary>
/// The shop's pages as anybody sees them, kept for a second: before a sale opens thousands load the same page, and its module asks for what
/// is newer anyway. Nothing personal is in them: who is signed in gets a page of their own, and so does an address with more in its query
/// than the page knows.
/// </summary>
internal sealed class ShopCache : IOutputCachePolicy
{
    public const string Policy = "shop";

    private const string PageQuery = "page";

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var request = context.HttpContext.Request;
        var shared = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && CurrentUser.UserIdOf(context.HttpContext.User) is null
            && (request.Query.Count == 0 || (request.Query.Count == 1 && request.Query.ContainsKey(PageQuery)));
        context.EnableOutputCaching = shared;
        context.AllowCacheLookup = shared;
        context.AllowCacheStorage = shared;
        context.AllowLocking = true;
        context.ResponseExpirationTimeSpan = KeptFor;
        context.CacheVaryByRules.QueryKeys = PageQuery;
        context.CacheVaryByRules.VaryByValues["language"] = CultureInfo.CurrentUICulture.Name;
        context.CacheVaryByRules.VaryByValues["theme"] = ThemeChoice.Of(context.HttpContext);
        if (shared)
        {
            // The framework gives each page the cookie of an antiforgery token, which is one visitor's. These have no form.
            context.HttpContext.Response.OnStarting(WithoutCookies, context.HttpContext.Response);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.AllowCacheStorage &= context.HttpContext.Response is { StatusCode: StatusCodes.Status200OK, Headers.SetCookie.Count: 0 };
        return ValueTask.CompletedTask;
    }

    private static Task WithoutCookies(object response)
    {
        ((HttpResponse)response).Headers.SetCookie = default;
        return Task.CompletedTask;
    }
}
