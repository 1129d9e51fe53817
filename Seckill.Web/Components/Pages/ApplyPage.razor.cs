using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Pages;

public sealed partial class ApplyPage(SellerApplications applications, NavigationManager navigation)
{
    private ApplicationView? _application;
    private IReadOnlyList<FieldError> _errors = [];
    private bool _alreadySeller;

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [SupplyParameterFromForm(FormName = "apply")]
    public string? Message { get; set; }

    private long UserId => CurrentUser.UserIdOf(HttpContext.User) ?? 0;

    protected override async Task OnInitializedAsync()
    {
        _alreadySeller = HttpContext.User.IsInRole("seller") || HttpContext.User.IsInRole("admin");
        _application = await applications.FindAsync(UserId, HttpContext.RequestAborted);
    }

    private async Task ApplyAsync()
    {
        var result = await applications.ApplyAsync(UserId, Message, HttpContext.RequestAborted);
        if (result.Outcome is ApplyOutcome.Invalid)
        {
            _errors = result.Errors ?? [];
        }
        else
        {
            // Back to the page itself, so that reloading sends nothing again.
            navigation.NavigateTo(Links.Apply);
        }
    }
}
