using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;

namespace Seckill.Web.Components;

/// <summary>The languages of the site: a cookie from the switch, else the browser's wish, else English.</summary>
internal static class SiteLanguages
{
    public const string English = "en";
    public const string Chinese = "zh-CN";

    public static void Configure(RequestLocalizationOptions options)
    {
        options.SetDefaultCulture(English).AddSupportedCultures(English, Chinese).AddSupportedUICultures(English, Chinese);
        options.ApplyCurrentCultureToResponseHeaders = true;
        options.RequestCultureProviders = [new CookieRequestCultureProvider(), new CustomRequestCultureProvider(FromHeaderAsync)];
    }

    /// <summary>Whoever reads any Chinese gets ours: <c>zh</c>, <c>zh-Hans-SG</c> and <c>zh-TW</c> alike; likewise any English.</summary>
    private static Task<ProviderCultureResult?> FromHeaderAsync(HttpContext context)
    {
        var wish = context.Request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality != 0)
            .OrderByDescending(language => language, StringWithQualityHeaderValueComparer.QualityComparer)
            .Select(language => language.Value.Value?.Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(language => language is "zh" or "en");
        return Task.FromResult(wish is null ? null : new ProviderCultureResult(wish is "zh" ? Chinese : English));
    }

    /// <summary>The other language, by its own name.</summary>
    public static (string Culture, string Name) Other => CultureInfo.CurrentUICulture.Name == Chinese ? (English, "English") : (Chinese, "中文");
}
