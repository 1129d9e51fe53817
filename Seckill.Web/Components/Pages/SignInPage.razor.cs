using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Pages;

public sealed partial class SignInPage(UserAccounts accounts, NavigationManager navigation)
{
    private string? _error;

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? Password { get; set; }

    // Whoever is signed in may come here by the back button, or to change accounts.
    private string? SignedInAs => CurrentUser.UserIdOf(HttpContext.User) is null ? null : HttpContext.User.Identity?.Name;

    private async Task SignInAsync()
    {
        var address = HttpContext.Connection.RemoteIpAddress?.ToString() ?? "";
        var result = await accounts.SignInAsync(UserName, Password, address, HttpContext.RequestAborted);
        if (result is { Outcome: SignInOutcome.SignedIn, User: { } user })
        {
            await SiteSignIn.SignInAsync(HttpContext, user);
            navigation.NavigateTo(Links.Local(ReturnUrl));
            return;
        }

        _error = result.Outcome switch
        {
            SignInOutcome.Suspended => Text["SignIn_Suspended"],
            SignInOutcome.TooManyTries => Text["TooManyTries", Math.Max(1, (int)Math.Ceiling(result.RetryAfter.TotalSeconds))],
            _ => Text["SignIn_Wrong"],
        };
    }
}
