using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Console;

/// <summary>
/// A static page around an interactive part of the console. Whether its visitor may see it is looked up in the ledger each time, and must be
/// known before the status is sent: to everybody else the page does not exist.
/// </summary>
public abstract class ConsolePage : ComponentBase
{
    /// <summary>Without a first static rendering: what is typed before the circuit is there would be lost.</summary>
    internal static readonly IComponentRenderMode Live = new InteractiveServerRenderMode(prerender: false);

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [Inject]
    public required UserAccounts Accounts { get; set; }

    /// <summary>Null: not known yet.</summary>
    protected bool? Admitted { get; private set; }

    protected abstract bool Admits(UserRole role);

    /// <summary>Whether the thing that the page is about is there and the visitor's own.</summary>
    protected virtual Task<bool> ExistsAsync(long userId, CancellationToken cancellationToken) => Task.FromResult(true);

    protected override async Task OnInitializedAsync()
    {
        var cancellationToken = HttpContext.RequestAborted;
        Admitted = CurrentUser.UserIdOf(HttpContext.User) is { } userId
            && await Accounts.FindAsync(userId, cancellationToken) is { Suspended: false } user
            && Admits(user.Role)
            && await ExistsAsync(userId, cancellationToken);
    }
}

/// <summary>For sellers. An admin may do what a seller may, on their own things.</summary>
public abstract class SellerPage : ConsolePage
{
    protected override bool Admits(UserRole role) => role is UserRole.Seller or UserRole.Admin;
}

public abstract class AdminPage : ConsolePage
{
    protected override bool Admits(UserRole role) => role is UserRole.Admin;
}
