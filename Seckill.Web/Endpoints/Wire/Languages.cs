using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>The languages the house speaks, and which of them a caller wants: the site's culture cookie first, then Accept-Language.</summary>
internal static class Languages
{
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    public static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    /// <summary>A caller chooses its header freely, so what is remembered of headers is bounded.</summary>
    private const int RememberedHeaders = 500;

    private static readonly ConcurrentDictionary<string, CultureInfo> ByHeader = new(StringComparer.Ordinal);
    private static readonly AcceptLanguageHeaderRequestCultureProvider Header = new();

    public static CultureInfo Of(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Cookie.Count > 0
            && context.Request.Cookies.TryGetValue(CookieRequestCultureProvider.DefaultCookieName, out var cookie)
            && CookieRequestCultureProvider.ParseCookieValue(cookie) is { } chosen
            && FirstSpoken(chosen) is { } byCookie)
        {
            return byCookie;
        }

        if (headers.AcceptLanguage.Count == 0)
        {
            return English;
        }

        var header = headers.AcceptLanguage.ToString();
        if (ByHeader.TryGetValue(header, out var known))
        {
            return known;
        }

        // The provider has nothing to wait for: it reads the header it is given.
        var wanted = Header.DetermineProviderCultureResult(context).GetAwaiter().GetResult();
        var language = (wanted is null ? null : FirstSpoken(wanted)) ?? English;
        if (ByHeader.Count < RememberedHeaders)
        {
            ByHeader[header] = language;
        }

        return language;
    }

    private static CultureInfo? FirstSpoken(ProviderCultureResult wanted)
    {
        foreach (var name in wanted.UICultures)
        {
            if (name.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
            {
                return Chinese;
            }

            if (name.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            {
                return English;
            }
        }

        return null;
    }
}
