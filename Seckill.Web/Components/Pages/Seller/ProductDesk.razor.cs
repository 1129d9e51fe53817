using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Seckill.Core;
using Seckill.Core.Catalog;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages.Seller;

/// <summary>Makes a product, or changes one.</summary>
public sealed partial class ProductDesk(SellerProducts products, SellerProductQueries queries, ProductPictures pictures)
{
    private const int MaxMegabytes = ProductPictures.MaxBytes / 1024 / 1024;

    private readonly Form _form = new();
    private IReadOnlyList<FieldError> _errors = [];
    private ProductView? _theirs;
    private DateTime _readAt;
    private bool _ready;
    private bool _justCreated;
    private bool _archived;
    private bool _onSale;
    private int _changes;
    private int _uploads;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public long? ProductId { get; set; }

    [Parameter]
    public bool Created { get; set; }

    protected override async Task LoadAsync()
    {
        _justCreated = Created;
        if (ProductId is { } productId)
        {
            if (await queries.FindAsync(UserId, productId, Gone) is not { } found)
            {
                Denied = true;
                return;
            }

            Show(found.Product);
        }

        _ready = true;
    }

    private Task<bool> SaveAsync() => TryAsync(async () =>
    {
        (_justCreated, _onSale) = (false, false);
        var reading = new FormReading();
        var draft = new ProductDraft(_form.Name, _form.Description, reading.Price("price", _form.Price), _form.ImageUrl);
        var result = ProductId is { } productId
            ? await products.UpdateAsync(UserId, productId, draft, _readAt, CancellationToken.None)
            : await products.CreateAsync(UserId, draft, CancellationToken.None);
        _errors = reading.With(result.Errors);
        switch (result.Outcome)
        {
            case SellerOutcome.Done when ProductId is null:
                Leave(Links.SellerProduct(result.Id) + "?created=1");
                break;
            case SellerOutcome.Done:
                Show((await queries.FindAsync(UserId, result.Id, Gone))!.Value.Product);
                Say(Words["Products_Saved"]);
                break;
            case SellerOutcome.StateChanged:
                _theirs = (await queries.FindAsync(UserId, result.Id, Gone))?.Product;
                break;
            case SellerOutcome.NotFound:
                Denied = true;
                break;
        }
    });

    private async Task ArchiveAsync(bool archived)
    {
        if (archived && !await ConfirmAsync(Words["Products_ArchiveTitle"], Words["Products_ArchiveSentence"], Words["Products_Archive"]))
        {
            return;
        }

        await TryAsync(async () =>
        {
            _onSale = false;
            var result = await products.ArchiveAsync(UserId, ProductId!.Value, archived, _readAt, CancellationToken.None);
            var found = await queries.FindAsync(UserId, ProductId.Value, Gone);
            switch (result.Outcome)
            {
                case SellerOutcome.Done:
                    // What else is in the form waits to be saved.
                    (_archived, _readAt) = (archived, found!.Value.Product.UpdatedAt);
                    _changes++;
                    Say(Words[archived ? "Products_ArchivedNow" : "Products_RestoredNow"]);
                    break;
                case SellerOutcome.OnSale:
                    _onSale = true;
                    break;
                case SellerOutcome.StateChanged:
                    _theirs = found?.Product;
                    break;
                default:
                    Denied = true;
                    break;
            }
        });
    }

    // The picture is the product's at once; what else is in the form waits to be saved.
    private Task<bool> UploadAsync(InputFileChangeEventArgs change) => TryAsync(async () =>
    {
        _errors = [];
        if (change.File.Size > ProductPictures.MaxBytes)
        {
            _errors = [new("picture", "tooLarge", MaxMegabytes)];
            _uploads++;
            return;
        }

        // A picture counts as a change, behind which another one since this form was read must not disappear.
        await using var content = change.File.OpenReadStream(ProductPictures.MaxBytes, Gone);
        var result = await pictures.SaveAsync(UserId, ProductId!.Value, content, _readAt, Gone);
        _uploads++;
        switch (result.Outcome)
        {
            case PictureOutcome.Done:
                (_form.ImageUrl, _readAt) = (result.ImageUrl, result.UpdatedAt);
                Say(Words["Picture_Saved"]);
                break;
            case PictureOutcome.StateChanged:
                _theirs = (await queries.FindAsync(UserId, ProductId.Value, Gone))?.Product;
                break;
            case PictureOutcome.NotFound:
                Denied = true;
                break;
            default:
                _errors = [new("picture", result.Outcome is PictureOutcome.TooLarge ? "tooLarge" : "picture", MaxMegabytes)];
                break;
        }
    });

    private void TakeTheirs()
    {
        Show(_theirs!);
        _errors = [];
    }

    // Over what is there now, and seen: somebody quicker still would show up again.
    private Task<bool> KeepMineAsync()
    {
        _readAt = _theirs!.UpdatedAt;
        _theirs = null;
        return SaveAsync();
    }

    private void Show(ProductView product)
    {
        (_form.Name, _form.Description, _form.Price, _form.ImageUrl) = (product.Name, product.Description, Money.Plain(product.PriceCents), product.ImageUrl);
        (_readAt, _archived) = (product.UpdatedAt, product.Archived);
        _theirs = null;
    }

    private IReadOnlyList<FieldConflict> Differences(ProductView theirs) => FieldConflict.Of(
        new("Products_Name", theirs.Name, _form.Name),
        new("Product_Description", theirs.Description, _form.Description),
        new("Products_Price", Money.Plain(theirs.PriceCents), _form.Price),
        new("Products_ImageUrl", theirs.ImageUrl, _form.ImageUrl));

    private string? Error(string field) => FieldErrors.Sentence(Words, _errors, field);

    private sealed class Form
    {
        public string? Name { get; set; }
        public string? Description { get; set; }
        public string? Price { get; set; }
        public string? ImageUrl { get; set; }
    }
}
