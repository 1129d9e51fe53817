using System.Globalization;
using Microsoft.AspNetCore.Components;
using Seckill.Core.Live;
using Seckill.Core.Sales;

namespace Seckill.Web.Components.Controls;

public sealed partial class SalePanel
{
    [Parameter, EditorRequired]
    public long ProductId { get; set; }

    [Parameter, EditorRequired]
    public long ListCents { get; set; }

    [Parameter, EditorRequired]
    public SaleView? Sale { get; set; }

    [Parameter, EditorRequired]
    public DateTime Now { get; set; }

    /// <summary>Null for a visitor who is not signed in.</summary>
    [Parameter]
    public long? UserId { get; set; }

    /// <summary>What the signed-in shopper may have; null when it could not be read, and then the sale decides.</summary>
    [Parameter]
    public Allowance? Allowance { get; set; }

    /// <summary>The idempotency key of a grab by plain form.</summary>
    [Parameter]
    public string? Key { get; set; }

    /// <summary>What became of a grab by plain form.</summary>
    [Parameter]
    public string? Outcome { get; set; }

    private bool SignedIn => UserId is not null;

    private SalePhase? Phase => Sale?.PhaseAt(Now);

    // Whoever waits in these phases may get to buy; in the others nothing is to be had.
    private bool MayBuy => Phase is SalePhase.Upcoming or SalePhase.Open or SalePhase.SoldOutForNow or SalePhase.Paused;

    private int Remaining => Allowance is { } allowance ? Math.Max(0, allowance.Limit - allowance.Held) : 1;

    private DateTime? Until => Sale is not null && Phase is { } phase ? Sale.Until(phase) : null;

    private string CountdownLabel => Phase is SalePhase.Upcoming ? Text["Countdown_Opens"] : Text["Countdown_Ends"];

    private string? OutcomeKind => string.IsNullOrEmpty(Outcome) ? null : "refused";

    private string ButtonLabel => Phase switch
    {
        SalePhase.Upcoming => Text["Grab_Upcoming"],
        SalePhase.Open when Remaining <= 0 => Text["Grab_LimitReached"],
        SalePhase.Open => Text["Grab_Open"],
        SalePhase.SoldOutForNow => Text["Grab_SoldOutForNow"],
        SalePhase.Paused => Text["Grab_Paused"],
        _ => Text["Grab_Open"],
    };

    private string? LimitWords => Allowance switch
    {
        null => null,
        { Held: 0 } => Text["Limit", Allowance.Limit].Value,
        _ => Text["Limit_Held", Allowance.Limit, Allowance.Held].Value,
    };

    private static string? Iso(DateTime? at) => at is { } moment ? SaleDisplay.Iso(moment) : null;

    private static string? Utc(DateTime? at) => at?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
