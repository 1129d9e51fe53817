using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Seckill.Core.Live;
using Seckill.Core.Ordering;

namespace Seckill.Tests.Components;

/// <summary>Renders components as the site does, in English unless said otherwise, at a fixed moment.</summary>
internal sealed class PagesContext : BunitContext
{
    public static readonly DateTime Now = new(2026, 11, 11, 12, 0, 0, DateTimeKind.Utc);

    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public PagesContext(string culture = "en")
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        Services.AddLocalization();
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<AntiforgeryStateProvider, NoAntiforgery>();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public static SaleView Sale(SalePhase phase, int left = 30, int units = 100, string? message = null, TimeSpan? opensIn = null) => new(
        SaleId: 7,
        ProductId: 42,
        PriceCents: 79_900,
        OpensAt: Now + (opensIn ?? (phase is SalePhase.Upcoming ? TimeSpan.FromSeconds(90) : TimeSpan.FromMinutes(-5))),
        EndsAt: phase is SalePhase.Ended ? Now.AddMinutes(-1) : Now.AddHours(2),
        Units: units,
        Left: left,
        Phase: phase,
        Message: message);

    public static OrderView Order(OrderStatus status, TimeSpan? payWithin = null) => new(
        OrderId: 7_300_000_000_000_000_001,
        SeckillId: 7_200_000_000_000_000_002,
        SaleId: 7,
        ProductId: 42,
        ProductName: "Aurora headphones",
        ImageUrl: null,
        Status: status,
        Quantity: 2,
        UnitPriceCents: 79_900,
        CreatedAt: Now.AddMinutes(-1),
        UpdatedAt: Now.AddMinutes(-1),
        PayBeforeAt: Now + (payWithin ?? TimeSpan.FromMinutes(14)),
        ClosedAt: status is OrderStatus.Cancelled or OrderStatus.TimedOut ? Now : null);

    protected override void Dispose(bool disposing)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = _before;
        base.Dispose(disposing);
    }

    private sealed class NoAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
