using MudBlazor;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Pages.Seller;

public sealed partial class ProductsDesk(SellerProductQueries products)
{
    private MudDataGrid<ProductLine>? _grid;
    private string? _query;
    private string? _shown;
    private CardSort _sorted;

    // The grid asks for what it shows.
    protected override Task LoadAsync() => _grid?.ReloadServerData() ?? Task.CompletedTask;

    private Task<GridData<ProductLine>> ReadAsync(GridState<ProductLine> state, CancellationToken cancellationToken)
    {
        var (order, descending) = state.SortDefinitions.FirstOrDefault() is { } sort ? (OrderOf(sort.SortBy), sort.Descending) : OrderOf(_sorted);
        bool? archived = _shown is null or "" ? false : _shown == "archived" ? true : null;
        return ReadGridAsync(state, (offset, limit) => products.ListAsync(UserId, _query, archived, order, descending, offset, limit, cancellationToken));
    }

    private static ProductOrder OrderOf(string? column) => column switch
    {
        nameof(ProductLine.Name) => ProductOrder.Name,
        nameof(ProductLine.PriceCents) => ProductOrder.Price,
        nameof(ProductLine.UpdatedAt) => ProductOrder.Updated,
        _ => ProductOrder.Newest,
    };

    private static (ProductOrder Order, bool Descending) OrderOf(CardSort sort) => sort switch
    {
        CardSort.Name => (ProductOrder.Name, false),
        CardSort.Cheapest => (ProductOrder.Price, false),
        CardSort.Dearest => (ProductOrder.Price, true),
        CardSort.Updated => (ProductOrder.Updated, true),
        _ => (ProductOrder.Newest, false),
    };

    private Task<bool> SortAsync(string? sort)
    {
        _sorted = Enum.Parse<CardSort>(sort!);
        return SearchAsync();
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

    private enum CardSort
    {
        Newest,
        Name,
        Cheapest,
        Dearest,
        Updated,
    }
}
