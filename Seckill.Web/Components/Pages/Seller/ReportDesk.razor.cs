using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Components.Console;

namespace Seckill.Web.Components.Pages.Seller;

/// <summary>How a sale went, to look at and to print.</summary>
public sealed partial class ReportDesk(SaleReports reports, SaleHistory history, IJSRuntime script)
{
    private SaleReport? _report;
    private IReadOnlyList<SaleMoment> _history = [];
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private DateTime _at;

    [Inject]
    internal VisitorZone Zone { get; set; } = null!;

    [Parameter, EditorRequired]
    public long SaleId { get; set; }

    protected override async Task LoadAsync()
    {
        var report = await reports.FindAsync(UserId, SaleId, Gone);
        if (report is null)
        {
            Denied = true;
            return;
        }

        _history = await history.ListAsync(UserId, SaleId, Gone) ?? [];
        _zone = await Zone.FindAsync(Gone);
        (_at, _report) = (Clock.UtcNow, report);
    }

    private async Task PrintAsync()
    {
        await using var module = await script.InvokeAsync<IJSObjectReference>("import", Gone, "/print.js");
        await module.InvokeVoidAsync("printPage", Gone);
    }
}
