using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Components.Theme;

namespace Seckill.Web.Components;

/// <summary>
/// What the pages post to and link to besides pages: switches, signing out, and the plain forms that grab, pay and cancel when there is
/// no script or no circuit. Each leads back to a page by a redirect, so that reloading repeats nothing.
/// </summary>
internal static class PageActions
{
    private static readonly CookieOptions _preference = new() { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true };

    public static IEndpointRouteBuilder MapPageActions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet(Links.ThemeSheet, Sheet);
        group.MapGet("/language/{culture}", ChooseLanguage);
        group.MapGet("/theme/{theme}", ChooseTheme);
        group.MapGet(Links.Seller, () => TypedResults.LocalRedirect(Links.SellerSales));
        group.MapGet(Links.Admin, () => TypedResults.LocalRedirect(Links.AdminUsers));
        group.MapPost(Links.SignOut, SignOutAsync);
        group.MapPost("/products/{productId:long}/grab", GrabAsync).RequireAuthorization();
        group.MapPost("/orders/{orderId:long}/payment", PayAsync).RequireAuthorization();
        group.MapPost("/orders/{orderId:long}/cancellation", CancelAsync).RequireAuthorization();

        // Who had to sign in first, or switches the language on a page that says what went wrong, comes to a form's address without its form.
        group.MapGet(Links.SignOut, () => TypedResults.LocalRedirect(Links.Products));
        group.MapGet("/products/{productId:long}/grab", (long productId) => TypedResults.LocalRedirect(Links.Product(productId)));
        group.MapGet("/orders/{orderId:long}/payment", (long orderId) => TypedResults.LocalRedirect(Links.Pay(orderId)));
        group.MapGet("/orders/{orderId:long}/cancellation", (long orderId) => TypedResults.LocalRedirect(Links.Order(orderId)));
        return routes;
    }

    private static ContentHttpResult Sheet(HttpContext context)
    {
        // Its address carries a version.
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Text(ThemeSheet.Css, "text/css");
    }

    private static RedirectHttpResult ChooseLanguage(string culture, string? returnUrl, HttpContext context)
    {
        if (culture is SiteLanguages.English or SiteLanguages.Chinese)
        {
            context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)), _preference);
        }

        return TypedResults.LocalRedirect(Links.Local(returnUrl));
    }

    private static RedirectHttpResult ChooseTheme(string theme, string? returnUrl, HttpContext context)
    {
        if (theme is ThemeChoice.Light or ThemeChoice.Dark)
        {
            context.Response.Cookies.Append(ThemeChoice.Cookie, theme, _preference);
        }
        else
        {
            context.Response.Cookies.Delete(ThemeChoice.Cookie);
        }

        return TypedResults.LocalRedirect(Links.Local(returnUrl));
    }

    // A form parameter, read or not, is what makes the framework check the antiforgery token.
    private static async Task<RedirectHttpResult> SignOutAsync(IFormCollection form, HttpContext context)
    {
        await SiteSignIn.SignOutAsync(context);
        return TypedResults.LocalRedirect(Links.Local(form["returnUrl"]));
    }

    private static async Task<RedirectHttpResult> GrabAsync(long productId, IFormCollection form, HttpContext context, GrabDesk desk, CancellationToken cancellationToken)
    {
        var page = Links.Product(productId);
        var quantity = int.TryParse(form["quantity"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var key = form["key"].ToString();
        var result = await desk.TryGrabAsync(new(CurrentUser.UserIdOf(context.User) ?? 0, productId, quantity, key.Length > 0 ? key : null), cancellationToken);
        return TypedResults.LocalRedirect(result.Outcome is GrabOutcome.Granted or GrabOutcome.Unknown
            ? string.Create(CultureInfo.InvariantCulture, $"{page}?seckill={result.SeckillId}")
            : $"{page}?refused={result.Outcome}");
    }

    private static async Task<RedirectHttpResult> PayAsync(long orderId, IFormCollection form, HttpContext context, OrderPayment payment, CancellationToken cancellationToken)
    {
        var result = await payment.PayAsync(orderId, CurrentUser.UserIdOf(context.User) ?? 0, form["decision"] == "decline", cancellationToken);
        return TypedResults.LocalRedirect(result.Outcome switch
        {
            PayOutcome.Paid or PayOutcome.NotFound => Links.Order(orderId),
            _ => $"{Links.Pay(orderId)}?outcome={result.Outcome}",
        });
    }

    private static async Task<RedirectHttpResult> CancelAsync(long orderId, IFormCollection form, HttpContext context, OrderCancellation cancellation, CancellationToken cancellationToken)
    {
        var result = await cancellation.CancelAsync(orderId, CurrentUser.UserIdOf(context.User) ?? 0, cancellationToken);
        return TypedResults.LocalRedirect(result.Outcome is CancelOutcome.StateChanged or CancelOutcome.NotNow ? $"{Links.Order(orderId)}?outcome={result.Outcome}" : Links.Order(orderId));
    }
}
