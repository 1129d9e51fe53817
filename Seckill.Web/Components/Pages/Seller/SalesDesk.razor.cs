using Microsoft.AspNetCore.Components;
using MudBlazor;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;

namespace Seckill.Web.Components.Pages.Seller;

public sealed partial class SalesDesk(SellerSales sales)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(10);

    private MudDataGrid<SellerSaleView>? _grid;
    private IReadOnlyList<SellerSaleView>? _coming;
    private ITimer? _timer;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    [Inject]
    internal VisitorZone Zone { get; set; } = null!;

    protected override async Task LoadAsync()
    {
        _zone = await Zone.FindAsync(Gone);
        _coming = await sales.ListComingAsync(UserId, Gone);
        await (_grid?.ReloadServerData() ?? Task.CompletedTask);
    }

    // Phases change by time alone.
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && !Gone.IsCancellationRequested)
        {
            _timer = Clock.Time.CreateTimer(_ => Wake(() => TryAsync(LoadAsync)), null, _lookEvery, _lookEvery);
        }
    }

    private Task<GridData<SellerSaleView>> ReadAsync(GridState<SellerSaleView> state, CancellationToken cancellationToken) =>
        ReadGridAsync(state, (offset, limit) => sales.ListAsync(UserId, offset, limit, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        base.Dispose(disposing);
    }
}
