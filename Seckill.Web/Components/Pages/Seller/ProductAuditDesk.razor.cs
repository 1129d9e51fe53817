using Microsoft.AspNetCore.Components;
using Seckill.Core;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Pages.Seller;

/// <summary>Who changed a product's limit, its quotas, and whether it is in the shop.</summary>
public sealed partial class ProductAuditDesk(AuditTrail trail)
{
    private const int PageSize = 10;

    private Page<AuditView>? _entries;
    private int _page;
    private int _seen;

    [Parameter, EditorRequired]
    public long ProductId { get; set; }

    /// <summary>How often something was changed on this page: another number is read again.</summary>
    [Parameter]
    public int Changes { get; set; }

    protected override async Task LoadAsync()
    {
        _entries = await trail.ListOfProductAsync(UserId, ProductId, _page * PageSize, PageSize, Gone);
        Denied = _entries is null;
    }

    protected override Task OnParametersSetAsync()
    {
        if (Changes == _seen)
        {
            return Task.CompletedTask;
        }

        (_seen, _page) = (Changes, 0);
        return TryAsync(LoadAsync);
    }

    private Task<bool> TurnAsync(int page)
    {
        _page = page;
        return TryAsync(LoadAsync);
    }
}
