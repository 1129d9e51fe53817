using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages;

public sealed partial class RegisterPage(UserAccounts accounts, NavigationManager navigation)
{
    private string? _error;
    private IReadOnlyList<FieldError> _errors = [];

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    public string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    public string? Password { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    public string? FirstName { get; set; }

    [SupplyParameterFromForm(FormName = "register")]
    public string? LastName { get; set; }

    private async Task RegisterAsync()
    {
        var address = HttpContext.Connection.RemoteIpAddress?.ToString() ?? "";
        var result = await accounts.RegisterAsync(new(UserName, Password, FirstName, LastName), address, HttpContext.RequestAborted);
        switch (result)
        {
            case { Outcome: RegisterOutcome.Registered, User: { } user }:
                await SiteSignIn.SignInAsync(HttpContext, user);
                navigation.NavigateTo(Links.Local(ReturnUrl));
                break;
            case { Outcome: RegisterOutcome.NameTaken }:
                _errors = [new("userName", "taken")];
                break;
            case { Outcome: RegisterOutcome.TooManyTries }:
                _error = Text["TooManyTries", Math.Max(1, (int)Math.Ceiling(result.RetryAfter.TotalSeconds))];
                break;
            default:
                _errors = result.Errors ?? [];
                break;
        }
    }

    private string? ErrorOf(string field) => FieldErrors.Sentence(Text, _errors, field);
}
