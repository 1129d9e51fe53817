using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Seckill.Core;
using Seckill.Core.Catalog;
using Seckill.Core.Grabbing;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Pages;

public sealed partial class ProductPage(
    ProductQueries products,
    SaleBoard board,
    Allowances allowances,
    SeckillQueries seckills,
    NavigationManager navigation)
{
    private ProductView? _product;
    private SaleView? _sale;
    private Allowance? _allowance;
    private long? _userId;
    private string? _key;
    private string? _outcome;
    private bool _queued;
    private bool _missing;

    [Inject]
    public required StoreClock Clock { get; set; }

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [Parameter]
    public long ProductId { get; set; }

    /// <summary>A grab by plain form that was taken.</summary>
    [SupplyParameterFromQuery(Name = "seckill")]
    public long? SeckillId { get; set; }

    /// <summary>Why a grab by plain form was not taken.</summary>
    [SupplyParameterFromQuery(Name = "refused")]
    public string? Refused { get; set; }

    protected override async Task OnInitializedAsync()
    {
        var cancelled = HttpContext.RequestAborted;
        _product = await products.FindAsync(ProductId, cancelled);
        if (_product is null)
        {
            _missing = true;
            return;
        }

        _sale = board.Find(ProductId);
        _userId = CurrentUser.UserIdOf(HttpContext.User);
        if (_userId is not { } userId)
        {
            return;
        }

        _key = Guid.NewGuid().ToString("N");
        _allowance = await allowances.FindAsync(ProductId, userId, cancelled);
        if (SeckillId is { } seckillId)
        {
            await FollowAsync(seckillId, userId, cancelled);
        }
        else if (Enum.TryParse<GrabOutcome>(Refused, out var refused) && Enum.IsDefined(refused))
        {
            _outcome = Text["Grab_" + refused];
        }
    }

    private async Task FollowAsync(long seckillId, long userId, CancellationToken cancellationToken)
    {
        var lookup = await seckills.FindAsync(seckillId, userId, cancellationToken);
        if (lookup.Seckill?.OrderId is { } orderId)
        {
            navigation.NavigateTo(Links.Order(orderId));
            return;
        }

        _queued = lookup.Outcome is SeckillLookupOutcome.NotNow || lookup.Seckill?.Status is SeckillStatus.PendingOrder;
        _outcome = lookup switch
        {
            { Outcome: SeckillLookupOutcome.NotNow } => Text["Grab_Checking"],
            _ when _queued => Text["Grab_Queued"],
            { Seckill.Reason: { } reason } => Text["Refused_" + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason.ToString())],
            _ => Text["Grab_NotConfirmed"],
        };
    }
}
