namespace Seckill.Core.Sales;

/// <summary>What a seller's texts and numbers must look like.</summary>
internal static class SellerRules
{
    public const int MaxName = 100;
    public const int MaxDescription = 4000;
    public const int MaxImageUrl = 500;
    public const int MaxMessage = 500;
    public const int MaxQuantity = 10_000;
    public const long MaxPriceCents = 100_000_000;

    /// <summary>A price in cents. The error speaks of yuan, as the request did.</summary>
    public static long Price(this FieldRules rules, long? cents)
    {
        if (cents is null)
        {
            rules.Add("price", "required");
        }
        else if (cents is < 1 or > MaxPriceCents)
        {
            rules.Add("price", "range", 0.01m, MaxPriceCents / 100m);
        }

        return cents ?? 0;
    }

    /// <summary>An address of the web, or a path on this site.</summary>
    public static string? ImageUrl(this FieldRules rules, string? imageUrl)
    {
        var url = rules.Text("imageUrl", imageUrl, 0, MaxImageUrl);
        if (url.Length == 0)
        {
            return null;
        }

        // "//host" and "/\host" are other sites to a browser.
        var onSite = url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\'));
        var onWeb = url[0] != '/' && Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
        if (!(onSite || onWeb) || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            rules.Add("imageUrl", "format");
        }

        return url;
    }
}
