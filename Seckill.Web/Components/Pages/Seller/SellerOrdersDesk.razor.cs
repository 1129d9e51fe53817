using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages.Seller;

public sealed partial class SellerOrdersDesk(SellerOrders orders, SellerSales sales, SellerProductQueries products)
{
    /// <summary>Sales and products that can be chosen from, the newest.</summary>
    private const int MostChoices = 200;

    private readonly Form _form = new();
    private MudDataGrid<SellerOrderView>? _grid;
    private List<SellerSaleView> _sales = [];
    private IReadOnlyList<ProductLine> _products = [];
    private IReadOnlyList<FieldError> _errors = [];
    private OrderFilter _filter = new();
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private bool _ready;

    [Inject]
    internal VisitorZone Zone { get; set; } = null!;

    /// <summary>The sale to begin with.</summary>
    [Parameter]
    public long? SaleId { get; set; }

    protected override async Task LoadAsync()
    {
        if (_ready)
        {
            await (_grid?.ReloadServerData() ?? Task.CompletedTask);
            return;
        }

        _zone = await Zone.FindAsync(Gone);
        _sales = [.. (await sales.ListAsync(UserId, 0, MostChoices, Gone)).Items];
        _products = (await products.ListAsync(UserId, null, archived: null, ProductOrder.Newest, descending: true, 0, MostChoices, Gone)).Items;
        if (SaleId is { } saleId && await sales.FindAsync(UserId, saleId, Gone) is { } first)
        {
            if (!_sales.Exists(sale => sale.SaleId == saleId))
            {
                _sales.Insert(0, first);
            }

            _form.Sale = saleId.ToString(CultureInfo.InvariantCulture);
            _filter = new(SaleId: saleId);
        }

        _ready = true;
    }

    private Task<GridData<SellerOrderView>> ReadAsync(GridState<SellerOrderView> state, CancellationToken cancellationToken) =>
        ReadGridAsync(state, (offset, limit) => orders.ListAsync(UserId, _filter, offset, limit, cancellationToken));

    private Task<bool> ApplyAsync() => TryAsync(async () =>
    {
        var reading = new FormReading();
        var buyerId = string.IsNullOrWhiteSpace(_form.Buyer) ? null : await products.FindShopperAsync(_form.Buyer, Gone);
        var filter = new OrderFilter(
            Id(_form.Sale),
            Id(_form.Product),
            Enum.TryParse<OrderStatus>(_form.Status, out var status) ? status : null,
            buyerId,
            reading.Moment("from", _form.From, _zone),
            reading.Moment("to", _form.To, _zone));
        _errors = reading.With(buyerId is null && !string.IsNullOrWhiteSpace(_form.Buyer) ? [new("buyer", "unknownUser")] : null);
        if (_errors.Count == 0)
        {
            _filter = filter;
            _grid?.NavigateTo(MudBlazor.Page.First);
            await LoadAsync();
        }
    });

    private string? UtcWords(string? local) => LocalTimes.Read(local, _zone) is { } utc ? LocalTimes.WriteUtc(utc) : null;

    private string? Error(string field) => FieldErrors.Sentence(Words, _errors, field);

    private static long? Id(string? chosen) => long.TryParse(chosen, CultureInfo.InvariantCulture, out var id) ? id : null;

    private sealed class Form
    {
        public string? Sale { get; set; }
        public string? Product { get; set; }
        public string? Status { get; set; }
        public string? Buyer { get; set; }
        public string? From { get; set; }
        public string? To { get; set; }
    }
}
