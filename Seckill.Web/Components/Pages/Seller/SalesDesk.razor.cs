using MudBlazor;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Pages.Seller;

public sealed partial class SalesDesk(SellerSales sales)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(10);

    private MudDataGrid<SellerSaleView>? _grid;
    private IReadOnlyList<SellerSaleView>? _coming;
    private ITimer? _timer;

    protected override async Task LoadAsync()
    {
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

    private async Task<GridData<SellerSaleView>> ReadAsync(GridState<SellerSaleView> state, CancellationToken cancellationToken)
    {
        if (!await AdmitAsync())
        {
            StateHasChanged();
            return new() { Items = [], TotalItems = 0 };
        }

        var page = await sales.ListAsync(UserId, state.Page * state.PageSize, state.PageSize, cancellationToken);
        return new() { Items = page.Items, TotalItems = page.Total };
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        base.Dispose(disposing);
    }
}
