using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Pages.Seller;

namespace Seckill.Tests.Components;

public sealed class CockpitDeskTests
{
    [Fact]
    public async Task Pause_Asked_HappensWithItsMessageOnceItIsAnswered()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        var desk = Desk(context, sellerId, saleId);
        await desk.WaitForElementAsync(".cockpit-top");
        Assert.Equal(["Pause", "Add units", "Withdraw units", "Move the end", "End now"], Acts(desk));

        await AskAsync(desk, "Pause");
        await desk.InvokeAsync(() => desk.FindAll(".mud-dialog-actions button")[0].ClickAsync());
        await desk.WaitForAssertionAsync(() => Assert.Empty(desk.FindAll("#act")));
        Assert.Equal(SalePhase.Open, await PhaseAsync(house, sellerId, saleId));

        await AskAsync(desk, "Pause");
        await desk.InvokeAsync(() => desk.Find("#act-message").ChangeAsync(new() { Value = "Back in a minute" }));
        await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());

        await desk.WaitForAssertionAsync(() => Assert.Equal(["Resume", "Add units", "Withdraw units", "Move the end", "End now"], Acts(desk)));
        Assert.Equal(SalePhase.Paused, await PhaseAsync(house, sellerId, saleId));
        Assert.Equal("Back in a minute", desk.Find(".sale-message").TextContent);
        Assert.Equal(["The sale is paused."], context.Said);
        Assert.Contains("Paused", Assert.Single(desk.FindAll("ol.rows li")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_TwiceAndAgainAsSoonAsTheQuestionIsGone_IsOneQuestionThatStays()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        var desk = Desk(context, sellerId, saleId);
        await desk.WaitForElementAsync(".cockpit-top");

        for (var i = 0; i < 3; i++)
        {
            await desk.InvokeAsync(async () =>
            {
                await Act(desk, "Pause").ClickAsync();
                await Act(desk, "End now").ClickAsync();
            });
            await desk.WaitForElementAsync("#act");
            Assert.Equal("Pause", Assert.Single(desk.FindAll(".mud-dialog-actions button[type=submit]")).TextContent);
            await desk.InvokeAsync(async () =>
            {
                // What Escape does.
                ((IMudDialogInstance)desk.FindComponent<MudDialogContainer>().Instance).Cancel();
                await Act(desk, "Pause").ClickAsync();
            });
            await desk.InvokeAsync(() => desk.Find("#act-message").ChangeAsync(new() { Value = $"Pause {i}" }));
            await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());
            await desk.WaitForAssertionAsync(() => Assert.Equal($"Pause {i}", desk.Find(".sale-message").TextContent));
            await AskAsync(desk, "Resume");
            await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());
            await desk.WaitForAssertionAsync(() => Assert.Contains("Pause", Acts(desk)));
        }
    }

    [Fact]
    public async Task Withdraw_MoreThanIsLeft_IsRefusedAtItsFieldAndAnotherNumberIsTaken()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        var desk = Desk(context, sellerId, saleId);
        await desk.WaitForElementAsync(".cockpit-top");

        await AskAsync(desk, "Withdraw units");
        foreach (var (typed, error) in ((string, string)[])[("", "Please fill this in."), ("many", "This is not in the right form."), ("0", "Between 1 and 10000000."), ("11", "Only 10 are left; no more than that can be withdrawn.")])
        {
            await desk.InvokeAsync(() => desk.Find("#act-units").ChangeAsync(new() { Value = typed }));
            await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());
            await desk.WaitForAssertionAsync(() => Assert.Equal(error, desk.Find("#act-units-error").TextContent));
            Assert.Equal("true", desk.Find("#act-units").GetAttribute("aria-invalid"));
        }

        Assert.Equal(10, (await house.Get<SellerSales>().FindAsync(sellerId, saleId, TestHouse.Token))!.Units);
        await desk.InvokeAsync(() => desk.Find("#act-units").ChangeAsync(new() { Value = "4" }));
        await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());

        await desk.WaitForAssertionAsync(() => Assert.Empty(desk.FindAll("#act")));
        Assert.Equal(["The units are withdrawn."], context.Said);
        Assert.Equal(6, (await house.Get<SellerSales>().FindAsync(sellerId, saleId, TestHouse.Token))!.Units);
    }

    [Fact]
    public async Task Add_NobodyKnowsWhetherItWasDone_MayBeAnsweredAgainAndIsDoneOnce()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        var desk = Desk(context, sellerId, saleId);
        await desk.WaitForElementAsync(".cockpit-top");
        await AskAsync(desk, "Add units");
        await desk.InvokeAsync(() => desk.Find("#act-units").ChangeAsync(new() { Value = "5" }));

        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE AuditEntries RENAME TO Gone"));
        await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());
        await desk.WaitForAssertionAsync(() => Assert.Contains("Trying again from here is safe.", desk.Find("#act").TextContent, StringComparison.Ordinal));
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Gone RENAME TO AuditEntries"));
        await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());

        await desk.WaitForAssertionAsync(() => Assert.Empty(desk.FindAll("#act")));
        Assert.Equal(15, (await house.Get<SellerSales>().FindAsync(sellerId, saleId, TestHouse.Token))!.Units);
        Assert.Equal(["add"], (await house.Get<AuditTrail>().ListAsync(sellerId, saleId, TestHouse.Token))!.Select(entry => entry.Action));
    }

    [Fact]
    public async Task CallOff_SaleThatHasNotOpened_NeverOpens()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house, opensIn: TimeSpan.FromHours(1));
        await using var context = Context(house);
        var desk = Desk(context, sellerId, saleId);
        await desk.WaitForElementAsync(".cockpit-top");
        Assert.Equal(["Pause", "Call it off"], Acts(desk));
        Assert.Contains("Edit", desk.Find(".buttons").TextContent, StringComparison.Ordinal);

        await AskAsync(desk, "Call it off");
        await desk.InvokeAsync(() => desk.Find("#act").SubmitAsync());

        await desk.WaitForAssertionAsync(() => Assert.Empty(Acts(desk)));
        Assert.DoesNotContain("Edit", desk.Find(".buttons").TextContent, StringComparison.Ordinal);
        Assert.Equal(["The sale is called off."], context.Said);
        Assert.Equal(SalePhase.Ended, await PhaseAsync(house, sellerId, saleId));
    }

    [Fact]
    public async Task Desk_SomebodyElsesSale_IsMissing()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var (sellerId, _) = await SaleAsync(house);
        var theirs = await house.OpenSaleAsync(units: 5);
        await using var context = Context(house);

        var desk = Desk(context, sellerId, theirs.SaleId);

        await desk.WaitForElementAsync("h1");
        Assert.Empty(desk.FindAll("[data-tile], button"));
    }

    [Fact]
    public async Task Desk_ReadingFails_SaysSoAndTriesAgain()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house, opensIn: TimeSpan.FromHours(1));
        await using var context = Context(house);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE AuditEntries RENAME TO Gone"));

        var desk = Desk(context, sellerId, saleId);
        var again = await desk.WaitForElementAsync("[role=alert] button");
        Assert.Empty(desk.FindAll("[data-tile]"));
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Gone RENAME TO AuditEntries"));
        await again.ClickAsync();

        await desk.WaitForElementAsync("[data-tile]");
        Assert.Contains("Nobody has changed this sale since it was planned.", desk.Markup, StringComparison.Ordinal);
    }

    private static PagesContext Context(TestHouse house)
    {
        var context = new PagesContext().WithConsole(house.Get<UserAccounts>(), house.Get<StoreClock>());
        context.Services
            .AddSingleton(house.Get<SellerSales>())
            .AddSingleton(house.Get<StockChanges>())
            .AddSingleton(house.Get<AuditTrail>())
            .AddSingleton(house.Get<SaleHistory>())
            .AddSingleton(house.Get<SaleBoard>())
            .AddSingleton(new SaleWatch(house.Get<SaleAccounts>(), house.Get<SaleTraffic>(), house.Get<StoreClock>(), NullLogger<SaleWatch>.Instance));
        return context;
    }

    private static IRenderedComponent<CockpitDesk> Desk(PagesContext context, long sellerId, long saleId) =>
        context.RenderDesk<CockpitDesk>(sellerId, UserRole.Seller, desk => desk.Add(d => d.SaleId, saleId));

    // What can be done to the sale now, apart from what leads to other pages.
    private static IEnumerable<string> Acts(IRenderedComponent<CockpitDesk> desk) => desk.FindAll("section[aria-labelledby=steer] button").Select(button => button.TextContent);

    private static AngleSharp.Dom.IElement Act(IRenderedComponent<CockpitDesk> desk, string act) =>
        desk.FindAll("section[aria-labelledby=steer] button").Single(button => button.TextContent == act);

    // The desk draws itself anew whenever the sale moves: what is found is used before that can happen.
    private static async Task AskAsync(IRenderedComponent<CockpitDesk> desk, string act)
    {
        await desk.InvokeAsync(() => Act(desk, act).ClickAsync());
        await desk.WaitForElementAsync("#act");
    }

    private static async Task<SalePhase> PhaseAsync(TestHouse house, long sellerId, long saleId) => (await house.Get<SellerSales>().FindAsync(sellerId, saleId, TestHouse.Token))!.Phase;

    // Ten units, open now unless told otherwise.
    private static async Task<(long SellerId, long SaleId)> SaleAsync(TestHouse house, TimeSpan? opensIn = null)
    {
        var sellerId = await PagesContext.AccountAsync(house.Get<UserAccounts>(), house.Get<UserAdministration>(), UserRole.Seller);
        var product = await house.Get<SellerProducts>().CreateAsync(sellerId, new("Lamp", "", 9900, null), TestHouse.Token);
        var opensAt = house.Now + (opensIn ?? TimeSpan.FromSeconds(-1));
        var sale = await house.Get<SellerSales>().PlanAsync(sellerId, new(product.Id, 4900, 10, opensAt, opensAt.AddHours(1), 900), TestHouse.Token);
        return (sellerId, sale.Id);
    }
}
