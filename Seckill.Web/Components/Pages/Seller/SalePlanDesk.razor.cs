using System.Globalization;
using Microsoft.AspNetCore.Components;
using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages.Seller;

/// <summary>Plans a sale, or changes one that has not opened.</summary>
public sealed partial class SalePlanDesk(SellerSales sales, SellerProductQueries queries)
{
    /// <summary>Products that can be chosen from; whoever has more starts at the product.</summary>
    private const int MostProducts = 500;

    private readonly Form _form = new();
    private List<ProductLine> _products = [];
    private IReadOnlyList<FieldError> _errors = [];
    private SellerSaleView? _theirs;
    private TimeZoneInfo? _zone;
    private DateTime _readAt;
    private bool _tooLate;
    private bool _previewOpen;

    [Inject]
    internal VisitorZone Zone { get; set; } = null!;

    /// <summary>The sale to change; null for a new one.</summary>
    [Parameter]
    public long? SaleId { get; set; }

    [Parameter]
    public long? CopyOf { get; set; }

    [Parameter]
    public long? ProductId { get; set; }

    private ProductLine? Product => _products.Find(product => Id(product.ProductId) == _form.ProductId);

    private string ZoneWords => string.Create(CultureInfo.InvariantCulture, $"{_zone!.Id} (UTC{Offset(_zone.GetUtcOffset(Clock.UtcNow))})");

    private string? ListPriceWords => Product is { } product ? Words["Sales_ListPrice", Money.Of(product.PriceCents)].Value : null;

    private string? WindowWords => int.TryParse(_form.Window, out var seconds) && seconds > 0
        ? Words["Sales_WindowWords", TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture)].Value
        : null;

    // What shoppers will see, as soon as there is enough of it.
    private SaleView? Preview =>
        Product is { } product
        && Money.Read(_form.Price) is { } price
        && int.TryParse(_form.Units, CultureInfo.InvariantCulture, out var units)
        && LocalTimes.Read(_form.OpensAt, _zone!) is { } opensAt
        && LocalTimes.Read(_form.EndsAt, _zone!) is { } endsAt
        && opensAt < endsAt
            ? new(0, product.ProductId, price, opensAt, endsAt, units, units, _previewOpen ? SalePhase.Open : SalePhase.Upcoming, null)
            : null;

    protected override async Task LoadAsync()
    {
        _products = [.. (await queries.ListAsync(UserId, null, archived: false, ProductOrder.Name, descending: false, 0, MostProducts, Gone)).Items];
        var zone = await Zone.FindAsync(Gone);
        if ((SaleId ?? CopyOf) is { } saleId)
        {
            if (await sales.FindAsync(UserId, saleId, Gone) is not { } sale)
            {
                Denied = true;
                return;
            }

            await OfferAsync(sale.ProductId);
            Show(sale, zone);
            _tooLate = SaleId is not null && IsTooLate(sale);
            if (SaleId is null)
            {
                // The same sale again, a week later or as soon as that is in the future.
                var weeks = Math.Max(1, (int)Math.Ceiling((Clock.UtcNow - sale.OpensAt) / TimeSpan.FromDays(7)));
                (_form.OpensAt, _form.EndsAt) = (LocalTimes.Write(sale.OpensAt.AddDays(7 * weeks), zone), LocalTimes.Write(sale.EndsAt.AddDays(7 * weeks), zone));
            }
        }
        else
        {
            if (ProductId is { } productId)
            {
                await OfferAsync(productId);
                _form.ProductId = Id(productId);
            }

            // The next full hour but one, for an hour.
            var opensAt = new DateTime(Clock.UtcNow.Ticks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, DateTimeKind.Utc).AddHours(2);
            (_form.OpensAt, _form.EndsAt, _form.Window) = (LocalTimes.Write(opensAt, zone), LocalTimes.Write(opensAt.AddHours(1), zone), "900");
        }

        _zone = zone;
    }

    // A product that did not fit into the list of those to choose from.
    private async Task OfferAsync(long productId)
    {
        if (!_products.Exists(product => product.ProductId == productId) && await queries.FindAsync(UserId, productId, Gone) is { Product: var product, Limit: var limit })
        {
            _products.Insert(0, new(product.ProductId, product.Name, product.Description, product.PriceCents, product.ImageUrl, limit, product.UpdatedAt, product.Archived));
        }
    }

    private Task<bool> SaveAsync() => TryAsync(async () =>
    {
        var zone = _zone!;
        var reading = new FormReading();
        var draft = new SaleDraft(
            long.TryParse(_form.ProductId, CultureInfo.InvariantCulture, out var productId) ? productId : null,
            reading.Price("price", _form.Price),
            reading.Number("units", _form.Units),
            reading.Moment("opensAt", _form.OpensAt, zone),
            reading.Moment("endsAt", _form.EndsAt, zone),
            reading.Number("paymentWindowSeconds", _form.Window));
        if (reading.Broken && draft is { ProductId: not null, PriceCents: not null, Units: not null, OpensAt: not null, EndsAt: not null })
        {
            // Only the window, which the use-case would take for one that was left out.
            _errors = reading.With(null);
            return;
        }

        var result = SaleId is { } saleId
            ? await sales.UpdateAsync(UserId, saleId, draft, _readAt, CancellationToken.None)
            : await sales.PlanAsync(UserId, draft, CancellationToken.None);
        _errors = reading.With(result.Errors, zone);
        switch (result.Outcome)
        {
            case SellerOutcome.Done:
                Leave(Links.SellerSale(result.Id));
                break;
            case SellerOutcome.Overlaps:
                _errors = [new("opensAt", "overlaps")];
                break;
            case SellerOutcome.StateChanged when await sales.FindAsync(UserId, result.Id, Gone) is { } theirs:
                _tooLate = IsTooLate(theirs);
                _theirs = _tooLate ? null : theirs;
                break;
            case SellerOutcome.NotFound when SaleId is null:
                _errors = [new("productId", "format")];
                break;
            case SellerOutcome.NotFound:
                Denied = true;
                break;
        }
    });

    // Opened, or called off.
    private bool IsTooLate(SellerSaleView sale) => sale.OpensAt <= Clock.UtcNow || sale.Phase is SalePhase.Ended;

    private void TakeTheirs()
    {
        Show(_theirs!, _zone!);
        _errors = [];
    }

    // Over what is there now, and seen: somebody quicker still would show up again.
    private Task<bool> KeepMineAsync()
    {
        _readAt = _theirs!.UpdatedAt;
        _theirs = null;
        return SaveAsync();
    }

    private void Show(SellerSaleView sale, TimeZoneInfo zone)
    {
        _form.ProductId = Id(sale.ProductId);
        _form.Price = Money.Plain(sale.PriceCents);
        _form.Units = sale.Units.ToString(CultureInfo.InvariantCulture);
        _form.OpensAt = LocalTimes.Write(sale.OpensAt, zone);
        _form.EndsAt = LocalTimes.Write(sale.EndsAt, zone);
        _form.Window = ((int)sale.PaymentWindow.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        _readAt = sale.UpdatedAt;
        _theirs = null;
    }

    private IReadOnlyList<FieldConflict> Differences(SellerSaleView theirs) => FieldConflict.Of(
        new("Sales_Price", Money.Plain(theirs.PriceCents), _form.Price),
        new("Sales_Units", theirs.Units.ToString(CultureInfo.InvariantCulture), _form.Units),
        new("Sales_Opens", LocalTimes.Write(theirs.OpensAt, _zone!), _form.OpensAt),
        new("Sales_Ends", LocalTimes.Write(theirs.EndsAt, _zone!), _form.EndsAt),
        new("Sales_Window", ((int)theirs.PaymentWindow.TotalSeconds).ToString(CultureInfo.InvariantCulture), _form.Window));

    private DateTime PreviewNow(SaleView preview) =>
        _previewOpen ? preview.OpensAt : Clock.UtcNow < preview.OpensAt ? Clock.UtcNow : preview.OpensAt.AddMinutes(-1);

    private string? UtcWords(string? local) => LocalTimes.Read(local, _zone!) is { } utc ? LocalTimes.WriteUtc(utc) : null;

    private string? Error(string field) => FieldErrors.Sentence(Words, _errors, field);

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Offset(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);

    private sealed class Form
    {
        public string? ProductId { get; set; }
        public string? Price { get; set; }
        public string? Units { get; set; }
        public string? OpensAt { get; set; }
        public string? EndsAt { get; set; }
        public string? Window { get; set; }
    }
}
