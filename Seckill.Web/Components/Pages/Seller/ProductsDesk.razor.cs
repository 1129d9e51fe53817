using MudBlazor;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Pages.Seller;

public sealed partial class ProductsDesk(SellerProductQueries products)
{
    private MudDataGrid<ProductLine>? _grid;
    private string? _query;
    private string? _shown;

    // The grid asks for what it shows.
    protected override Task LoadAsync() => _grid?.ReloadServerData() ?? Task.CompletedTask;

    private async Task<GridData<ProductLine>> ReadAsync(GridState<ProductLine> state, CancellationToken cancellationToken)
    {
        if (!await AdmitAsync())
        {
            StateHasChanged();
            return new() { Items = [], TotalItems = 0 };
        }

        var sort = state.SortDefinitions.FirstOrDefault();
        var order = sort?.SortBy switch
        {
            nameof(ProductLine.Name) => ProductOrder.Name,
            nameof(ProductLine.PriceCents) => ProductOrder.Price,
            nameof(ProductLine.UpdatedAt) => ProductOrder.Updated,
            _ => ProductOrder.Newest,
        };
        var page = await products.ListAsync(UserId, _query, _shown is null or "" ? false : _shown == "archived" ? true : null, order, sort?.Descending ?? false, state.Page * state.PageSize, state.PageSize, cancellationToken);
        return new() { Items = page.Items, TotalItems = page.Total };
    }

    private Task<bool> ShowAsync(string? shown)
    {
        _shown = shown;
        return SearchAsync();
    }

    private Task<bool> SearchAsync()
    {
        if (_grid is not null)
        {
            _grid.NavigateTo(Page.First);
        }

        return TryAsync(LoadAsync);
    }
}
