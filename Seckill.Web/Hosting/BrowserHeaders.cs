using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Hosting;

/// <summary>What browsers are told not to do with our pages. The API's answers are no pages: they go without.</summary>
internal static class BrowserHeaders
{
    private const string ApiPage = "/scalar";

    public static void UseBrowserHeaders(this WebApplication app)
    {
        var pages = Pages(strict: true);
        var apiPage = Pages(strict: false);
        app.UseWhen(
            context => !ApiErrors.IsApi(context.Request) && !context.Request.Path.StartsWithSegments(ApiPage, StringComparison.OrdinalIgnoreCase),
            branch => branch.UseSecurityHeaders(pages));
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(ApiPage, StringComparison.OrdinalIgnoreCase),
            branch => branch.UseSecurityHeaders(apiPage));
    }

    private static HeaderPolicyCollection Pages(bool strict) => new HeaderPolicyCollection()
        .AddFrameOptionsDeny()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicyStrictOriginWhenCrossOrigin()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().Self();
            csp.AddImgSrc().Self().From("https:").Data().Blob();
            // MudBlazor's theme is an inline style.
            csp.AddStyleSrc().Self().UnsafeInline();
            csp.AddConnectSrc().Self();
            csp.AddFontSrc().Self().Data();
            csp.AddObjectSrc().None();
            csp.AddFrameAncestors().None();
            csp.AddBaseUri().Self();
            csp.AddFormAction().Self();
            if (strict)
            {
                csp.AddScriptSrc().Self();
            }
            else
            {
                // Scalar starts itself with an inline script.
                csp.AddScriptSrc().Self().UnsafeInline();
            }
        });
}
