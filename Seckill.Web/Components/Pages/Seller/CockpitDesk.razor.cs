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

/// <summary>Why it was not done, or what is not known of it.</summary>
/// <param name="KeyIsSpent">A refusal is final under its key; another answer is another change.</param>
public sealed record CockpitObjection(IReadOnlyList<FieldError> Errors, string? Sentence = null, bool KeyIsSpent = false);

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

    private Task<IDialogReference>? _question;

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

    private async Task AskAsync(CockpitAct act)
    {
        // The second of a double click, or the last answer is still under way.
        if (IsAsking || Busy)
        {
            return;
        }

        _question = Dialogs.ShowAsync<CockpitQuestion>(title: null, new DialogParameters<CockpitQuestion>
        {
            { q => q.Act, act },
            { q => q.Typed, act is CockpitAct.Prolong ? LocalTimes.Write(_sale!.EndsAt.AddMinutes(30), _zone) : null },
            { q => q.Zone, _zone },
            { q => q.Do, (typed, key) => ActAsync(act, typed, key) },
        });
        await _question;
    }

    // That a question is over is known here before it has left the page: whoever sees it gone may ask the next one.
    private bool IsAsking => _question is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.Result.IsCompleted: false };

    private async Task<CockpitObjection?> ActAsync(CockpitAct act, string? typed, string key)
    {
        // Until it is known: then the question stays, with its key, and may be answered again.
        CockpitObjection? objection = new([], Words["Act_Unknown"]);
        var doing = TryAsync(async () =>
        {
            var reading = new FormReading();
            var units = act is CockpitAct.Add or CockpitAct.Withdraw ? reading.Number("delta", typed) : null;
            if (units is < 1 or > SellerSales.MaxUnits)
            {
                objection = new([new("delta", "range", 1, SellerSales.MaxUnits)]);
                return;
            }

            var result = act switch
            {
                CockpitAct.Pause => await sales.PauseAsync(UserId, SaleId, typed, CancellationToken.None),
                CockpitAct.Resume => await sales.ResumeAsync(UserId, SaleId, CancellationToken.None),
                CockpitAct.Add => await stock.ChangeAsync(UserId, SaleId, units, key, CancellationToken.None),
                CockpitAct.Withdraw => await stock.ChangeAsync(UserId, SaleId, -units, key, CancellationToken.None),
                CockpitAct.Prolong => await sales.ProlongAsync(UserId, SaleId, reading.Moment("endsAt", typed, _zone), CancellationToken.None),
                _ => await sales.EndAsync(UserId, SaleId, CancellationToken.None),
            };
            objection = result.Outcome switch
            {
                SellerOutcome.Done or SellerOutcome.NotNow or SellerOutcome.NotFound => null,
                SellerOutcome.FewerLeft => new([new("delta", "fewerLeft", result.Left)], KeyIsSpent: true),
                SellerOutcome.Overlaps => new([new("endsAt", "overlaps")]),
                SellerOutcome.KeyReused => new([], Words["Act_KeyReused"], KeyIsSpent: true),
                SellerOutcome.StateChanged => new([], Words["Act_StateChanged"]),
                _ => new(reading.With(result.Errors, _zone)),
            };
            switch (result.Outcome)
            {
                case SellerOutcome.Done:
                    Say(Words[$"Act_{act}_Done"]);
                    break;
                case SellerOutcome.NotNow:
                    Say(Words["Act_NotNow"], Severity.Warning);
                    break;
                case SellerOutcome.NotFound:
                    Denied = true;
                    return;
            }

            await ReadAsync();
        });

        // That the desk is busy: the question is a component of its own.
        StateHasChanged();
        await doing;
        return Denied ? null : objection;
    }

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
