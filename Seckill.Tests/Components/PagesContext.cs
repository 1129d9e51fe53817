using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Components.Console;

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

    /// <summary>What every desk of the console asks for.</summary>
    public PagesContext WithConsole(UserAccounts accounts, StoreClock clock, string zone = "UTC")
    {
        Services.AddSingleton(accounts).AddSingleton(clock).AddScoped<VisitorZone>();
        JSInterop.SetupModule("/zone.js").Setup<string?>("timeZone").SetResult(zone);
        return this;
    }

    /// <summary>The interactive part of a page, with somebody before it.</summary>
    /// <param name="signedIn">By default it is known at once who that is.</param>
    public IRenderedComponent<TDesk> RenderDesk<TDesk>(long userId, UserRole role, Action<ComponentParameterCollectionBuilder<TDesk>>? parameters = null, Task? signedIn = null)
        where TDesk : IComponent
    {
        var state = new AuthenticationState(CurrentUser.PrincipalOf(userId, "lin", role, "test"));
        return Render<TDesk>(builder =>
        {
            builder.AddCascadingValue(signedIn is null ? Task.FromResult(state) : WaitAsync());
            parameters?.Invoke(builder);
        });

        async Task<AuthenticationState> WaitAsync()
        {
            await signedIn;
            return state;
        }
    }

    public static async Task<long> AccountAsync(UserAccounts accounts, UserAdministration administration, UserRole role)
    {
        var registered = await accounts.RegisterAsync(new("lin", "a long enough password", "Lin", "Wang"), "192.0.2.1", Xunit.TestContext.Current.CancellationToken);
        await administration.ChangeAsync(registered.User!.UserId, role, suspended: null, Xunit.TestContext.Current.CancellationToken);
        return registered.User!.UserId;
    }

    /// <summary>What was said in passing.</summary>
    public IEnumerable<string?> Said => Services.GetRequiredService<ISnackbar>().ShownSnackbars.Select(snackbar => snackbar.Message);

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
