using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Pages.Orders;

/// <summary>A static page around one of the visitor's own orders: whether it is one must be known before the status is sent.</summary>
public abstract class OwnOrderPage : ComponentBase
{
    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [Inject]
    public required OrderQueries Orders { get; set; }

    [Inject]
    internal CircuitCap Circuits { get; set; } = null!;

    [Parameter]
    public long OrderId { get; set; }

    /// <summary>Null while it is read: what is rendered meanwhile must not decide the status.</summary>
    protected bool? Found { get; private set; }

    protected override async Task OnInitializedAsync() =>
        Found = CurrentUser.UserIdOf(HttpContext.User) is { } userId && await Orders.FindForAsync(OrderId, userId, HttpContext.RequestAborted) is not null;
}
