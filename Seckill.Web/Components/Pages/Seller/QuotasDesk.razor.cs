using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Seckill.Core;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages.Seller;

/// <summary>How many units of a product one shopper may buy in a sale, and who may buy another number.</summary>
public sealed partial class QuotasDesk(SellerProducts products, SellerProductQueries queries, QuotaImport import)
{
    private const int PageSize = 20;
    private const int MostBadLines = 200;
    private const int MaxMegabytes = QuotaImport.MaxBytes / 1024 / 1024;

    private IReadOnlyList<FieldError> _errors = [];
    private Page<VipQuota> _quotas = new([], 0);
    private string? _limit;
    private int _limitRead;
    private string? _user;
    private string? _remaining;
    private int _page;
    private bool _ready;
    private IReadOnlyList<BadLine> _bad = [];
    private int _lists;

    [Parameter, EditorRequired]
    public long ProductId { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    protected override async Task LoadAsync()
    {
        if (await queries.FindAsync(UserId, ProductId, Gone) is not { } found)
        {
            Denied = true;
            return;
        }

        _limitRead = found.Limit;
        _limit = found.Limit.ToString(CultureInfo.InvariantCulture);
        await LoadQuotasAsync();
        _ready = true;
    }

    private async Task LoadQuotasAsync()
    {
        _quotas = await queries.ListQuotasAsync(UserId, ProductId, _page * PageSize, PageSize, Gone);
        if (_quotas.Items.Count == 0 && _page > 0)
        {
            _page = Math.Max(0, (_quotas.Total - 1) / PageSize);
            _quotas = await queries.ListQuotasAsync(UserId, ProductId, _page * PageSize, PageSize, Gone);
        }
    }

    private Task<bool> SaveLimitAsync() => TryAsync(async () =>
    {
        var reading = new FormReading();
        var limit = reading.Number("quantity", _limit);
        var result = await products.SetLimitAsync(UserId, ProductId, limit, _limitRead, CancellationToken.None);
        if (await HeedAsync(result, reading, "Limit_Saved"))
        {
            _limitRead = limit!.Value;
        }
        else if (result.Outcome is SellerOutcome.StateChanged && await queries.FindAsync(UserId, ProductId, Gone) is (_, var theirs))
        {
            // Seen now, so whoever saves it again means it.
            _limitRead = theirs;
            _errors = [new("quantity", "changedTo", theirs)];
        }
    });

    private Task<bool> AddAsync() => TryAsync(async () =>
    {
        var reading = new FormReading();
        var remaining = reading.Number("remaining", _remaining);
        var userId = await queries.FindShopperAsync(_user, Gone);
        _errors = reading.With(
        [
            .. userId is null ? [new FieldError("user", string.IsNullOrWhiteSpace(_user) ? "required" : "unknownUser")] : Array.Empty<FieldError>(),
            .. remaining is null ? [new FieldError("remaining", "required")] : Array.Empty<FieldError>(),
        ]);
        if (_errors.Count == 0)
        {
            var result = await products.SetVipLimitAsync(UserId, ProductId, userId!.Value, remaining, CancellationToken.None);
            if (await HeedAsync(result, reading, "Vip_Saved"))
            {
                (_user, _remaining) = (null, null);
                await LoadQuotasAsync();
            }
        }
    });

    private Task<bool> ImportAsync(InputFileChangeEventArgs change) => TryAsync(async () =>
    {
        (_errors, _bad) = ([], []);
        if (change.File.Size > QuotaImport.MaxBytes)
        {
            _errors = [new("list", "listTooLarge", MaxMegabytes, QuotaImport.MaxLines)];
            _lists++;
            return;
        }

        await using var content = change.File.OpenReadStream(QuotaImport.MaxBytes, Gone);
        var result = await import.RunAsync(UserId, ProductId, content, Gone);
        _lists++;
        switch (result.Outcome)
        {
            case QuotaImportOutcome.Done:
                Say(Words["Vip_Imported", result.Quotas]);
                await OnChanged.InvokeAsync();
                await LoadQuotasAsync();
                break;
            case QuotaImportOutcome.BadLines:
                _bad = result.BadLines;
                break;
            case QuotaImportOutcome.NotFound:
                Denied = true;
                break;
            default:
                _errors = [new("list", result.Outcome is QuotaImportOutcome.TooLarge ? "listTooLarge" : result.Outcome is QuotaImportOutcome.NotText ? "notText" : "emptyList", MaxMegabytes, QuotaImport.MaxLines)];
                break;
        }
    });

    private async Task RemoveAsync(VipQuota quota)
    {
        var whom = quota.UserName ?? quota.UserId.ToString(CultureInfo.InvariantCulture);
        if (await ConfirmAsync(Words["Vip_RemoveTitle"], Words["Vip_RemoveSentence", whom], Words["Vip_Remove"]))
        {
            await TryAsync(async () =>
            {
                await HeedAsync(await products.SetVipLimitAsync(UserId, ProductId, quota.UserId, remaining: null, CancellationToken.None), new(), "Vip_Removed");
                await LoadQuotasAsync();
            });
        }
    }

    private Task<bool> TurnAsync(int page)
    {
        _page = page;
        return TryAsync(LoadQuotasAsync);
    }

    private async Task<bool> HeedAsync(SellerResult result, FormReading reading, string done)
    {
        _errors = reading.With(result.Errors);
        Denied |= result.Outcome is SellerOutcome.NotFound;
        if (result.Outcome is SellerOutcome.Done)
        {
            Say(Words[done]);
            await OnChanged.InvokeAsync();
        }

        return result.Outcome is SellerOutcome.Done;
    }

    private string? Error(string field) => FieldErrors.Sentence(Words, _errors, field);
}
