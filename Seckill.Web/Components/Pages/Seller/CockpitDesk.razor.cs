using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Pages.Seller;

public enum CockpitAct
{
    Pause,
    Resume,
    Add,
    Withdraw,
    Prolong,
    End,
    CallOff,
}

/// <summary>One sale while it runs: what happens to it, and what its seller does about it.</summary>
public sealed partial class CockpitDesk(SellerSales sales, StockChanges stock, AuditTrail trail, SaleHistory history, SaleBoard board)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(5);
    private static readonly Dictionary<string, double> _noRates = [];

    private readonly List<IDisposable> _subscriptions = [];
    private SellerSaleView? _sale;
    private SaleView? _live;
    private SaleAccount? _account;
    private SaleTrafficReading? _traffic;
    private SaleRates? _rates;
    private IReadOnlyList<SaleMoment> _history = [];
    private IReadOnlyList<AuditView> _audit = [];
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private bool _stale;
    private bool _looking;

    private CockpitAct? _asked;
    private IReadOnlyList<FieldError> _errors = [];
    private string? _typed;
    private string? _key;
    private string? _refusal;

    [Inject]
    internal VisitorZone Zone { get; set; } = null!;

    [Inject]
    internal SaleWatch Watch { get; set; } = null!;

    [Parameter, EditorRequired]
    public long SaleId { get; set; }

    // The board has what happened last, the ledger what was decided; the board speaks of one sale of the product only.
    private SalePhase Phase => _live is { } live && _sale!.Phase is not SalePhase.Ended ? live.PhaseAt(Clock.UtcNow) : _sale!.Phase;

    private int Left => _live?.Left ?? _account?.Left ?? _sale!.Units;

    private int Units => _live?.Units ?? _account?.Units ?? _sale!.Units;

    private IEnumerable<CockpitAct> Acts => (Phase, Opened: _sale!.OpensAt <= Clock.UtcNow) switch
    {
        (SalePhase.Ended, _) => [],
        (SalePhase.Paused, true) => [CockpitAct.Resume, CockpitAct.Add, CockpitAct.Withdraw, CockpitAct.Prolong, CockpitAct.End],
        (SalePhase.Paused, false) => [CockpitAct.Resume, CockpitAct.CallOff],
        (_, false) => [CockpitAct.Pause, CockpitAct.CallOff],
        _ => [CockpitAct.Pause, CockpitAct.Add, CockpitAct.Withdraw, CockpitAct.Prolong, CockpitAct.End],
    };

    protected override async Task LoadAsync()
    {
        await ReadAsync();
        if (Denied || _subscriptions.Count > 0 || Gone.IsCancellationRequested)
        {
            return;
        }

        _zone = await Zone.FindAsync(Gone);
        _subscriptions.Add(board.Subscribe(_sale!.ProductId, view => Wake(() => HearAsync(view))));
        _subscriptions.Add(Watch.Subscribe(SaleId, reading => Wake(() => HearAsync(reading))));
        _subscriptions.Add(Clock.Time.CreateTimer(_ => Wake(LookAsync), null, _lookEvery, _lookEvery));
        await HearAsync(board.Find(_sale.ProductId));
    }

    private async Task ReadAsync()
    {
        if (await sales.FindAsync(UserId, SaleId, Gone) is not { } sale)
        {
            Denied = true;
            return;
        }

        _audit = await trail.ListAsync(UserId, SaleId, Gone) ?? [];
        _history = await history.ListAsync(UserId, SaleId, Gone) ?? [];
        _sale = sale;
    }

    private Task HearAsync(SaleView? view)
    {
        _live = view?.SaleId == SaleId ? view : null;
        StateHasChanged();
        return Task.CompletedTask;
    }

    private Task HearAsync(SaleReading reading)
    {
        (_account, _traffic, _rates, _stale) = (reading.Account ?? _account, reading.Traffic ?? _traffic, reading.Rates, reading.Stale);
        StateHasChanged();
        return Task.CompletedTask;
    }

    private async Task LookAsync()
    {
        if (_looking || Denied || Gone.IsCancellationRequested)
        {
            return;
        }

        _looking = true;
        try
        {
            if (await AdmitAsync())
            {
                await ReadAsync();
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            // The next look is seconds away; until then the page says that it may be out of date.
            LogLookFailed(Loggers.CreateLogger<CockpitDesk>(), SaleId, exception);
            _stale = true;
        }
        finally
        {
            _looking = false;
        }

        StateHasChanged();
    }

    private void Ask(CockpitAct act)
    {
        _asked = act;
        _errors = [];
        _refusal = null;
        _typed = act is CockpitAct.Prolong ? LocalTimes.Write(_sale!.EndsAt.AddMinutes(30), _zone) : null;

        _key = NewKey();
    }

    private void Shut(bool visible)
    {
        if (!visible)
        {
            _asked = null;
        }
    }

    private async Task ActAsync()
    {
        if (_asked is not { } act)
        {
            return;
        }

        var tried = await TryAsync(async () =>
        {
            var reading = new FormReading();
            var units = act is CockpitAct.Add or CockpitAct.Withdraw ? reading.Number("delta", _typed) : null;
            if (units is < 1 or > SellerSales.MaxUnits)
            {
                _errors = [new("delta", "range", 1, SellerSales.MaxUnits)];
                return;
            }

            var result = act switch
            {
                CockpitAct.Pause => await sales.PauseAsync(UserId, SaleId, _typed, CancellationToken.None),
                CockpitAct.Resume => await sales.ResumeAsync(UserId, SaleId, CancellationToken.None),
                CockpitAct.Add => await stock.ChangeAsync(UserId, SaleId, units, _key, CancellationToken.None),
                CockpitAct.Withdraw => await stock.ChangeAsync(UserId, SaleId, -units, _key, CancellationToken.None),
                CockpitAct.Prolong => await sales.ProlongAsync(UserId, SaleId, reading.Moment("endsAt", _typed, _zone), CancellationToken.None),
                _ => await sales.EndAsync(UserId, SaleId, CancellationToken.None),
            };
            _errors = reading.With(result.Errors, _zone);
            _refusal = null;
            switch (result.Outcome)
            {
                case SellerOutcome.Done:
                    _asked = null;
                    Say(Words[$"Act_{act}_Done"]);
                    break;
                case SellerOutcome.NotNow:
                    _asked = null;
                    Say(Words["Act_NotNow"], Severity.Warning);
                    break;
                case SellerOutcome.FewerLeft:
                    // A refusal is final under its key; another number is another change.
                    _errors = [new("delta", "fewerLeft", result.Left)];
                    _key = NewKey();
                    break;
                case SellerOutcome.Overlaps:
                    _errors = [new("endsAt", "overlaps")];
                    break;
                case SellerOutcome.KeyReused:
                    _refusal = Words["Act_KeyReused"];
                    _key = NewKey();
                    break;
                case SellerOutcome.StateChanged:
                    _refusal = Words["Act_StateChanged"];
                    break;
                case SellerOutcome.NotFound:
                    Denied = true;
                    break;
            }

            if (!Denied)
            {
                await ReadAsync();
            }
        });
        if (!tried && Failed)
        {
            // Whether it was done is not known. The question stays, with its key, and may be answered again.
            _refusal = Words["Act_Unknown"];
        }
    }

    // One for each time the question is asked: whoever answers it twice changes the stock once.
    private static string NewKey() => Guid.NewGuid().ToString("N");

    private string? Error(string field) => FieldErrors.Sentence(Words, _errors, field);

    private static string Shown(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "–";

    protected override void Dispose(bool disposing)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        base.Dispose(disposing);
    }

    [LoggerMessage(LogLevel.Warning, "A look at sale {SaleId} failed")]
    private static partial void LogLookFailed(ILogger logger, long saleId, Exception exception);
}
