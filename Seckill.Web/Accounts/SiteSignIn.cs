using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Seckill.Core.Accounts;

namespace Seckill.Web.Accounts;

/// <summary>Signs a browser in and out of the site with a cookie.</summary>
internal static class SiteSignIn
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static Task SignInAsync(HttpContext context, UserView user) =>
        context.SignInAsync(
            Scheme,
            CurrentUser.PrincipalOf(user.UserId, user.UserName, user.Role, Scheme),
            new AuthenticationProperties { IsPersistent = true });

    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(Scheme);
}
