using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Ordering;
using Seckill.Tests.Ordering;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Pages.Admin;

namespace Seckill.Tests.Components;

public sealed class RefusedTicketsDeskTests
{
    [Fact]
    public async Task Desk_NoneRefused_SaysSo()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        await using var context = Context(house);

        var desk = await DeskAsync(context, house);

        await desk.WaitForAssertionAsync(() => Assert.Contains("No ticket was ever refused.", desk.Markup, StringComparison.Ordinal));
        Assert.Empty(desk.FindAll("tbody button"));
    }

    [Fact]
    public async Task GrabAgain_Granted_IsAskedFirstAndThenShown()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 5, limit: 2);
        var refused = await RefusedTicketsTests.RefuseAsync(house, sale);
        await using var context = Context(house);
        var desk = await DeskAsync(context, house);
        var button = await desk.WaitForElementAsync("tbody button");
        Assert.Equal($"Grab ticket {refused} again", button.GetAttribute("aria-label"));
        Assert.Contains("Lamp × 2", desk.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("The database rejected the row", desk.Find("tbody").TextContent, StringComparison.Ordinal);

        await AnswerAsync(desk, button, "cancel");
        Assert.Null(Assert.Single((await house.Get<RefusedTickets>().ListAsync(0, 10, TestHouse.Token)).Items).GrabbedAgainAs);
        Assert.Empty(context.Said);

        await AnswerAsync(desk, desk.Find("tbody button"), "yes");
        var granted = Assert.Single((await house.Get<RefusedTickets>().ListAsync(0, 10, TestHouse.Token)).Items).GrabbedAgainAs;
        Assert.NotNull(granted);
        Assert.Equal([$"Granted: {granted}. The order is in the shopper's list."], context.Said);
        await desk.WaitForAssertionAsync(() => Assert.Contains(granted.Value.ToString(CultureInfo.InvariantCulture), desk.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Empty(desk.FindAll("tbody button"));
    }

    [Fact]
    public async Task GrabAgain_Refused_SaysWhyAndMayBeTriedLater()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 2, limit: 2);
        await RefusedTicketsTests.RefuseAsync(house, sale);
        await house.OrderAsync(sale, user: 7, quantity: 2);
        await using var context = Context(house);
        var desk = await DeskAsync(context, house);

        await AnswerAsync(desk, await desk.WaitForElementAsync("tbody button"), "yes");

        Assert.Equal(["Not granted. All held for now"], context.Said);
        await desk.WaitForElementAsync("tbody button:not([disabled])");
    }

    [Fact]
    public async Task Desk_NoAdminAnyMore_ShowsNothing()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        await RefusedTicketsTests.RefuseAsync(house, await house.OpenSaleAsync(units: 5, limit: 2));
        await using var context = Context(house);

        var desk = await DeskAsync(context, house, UserRole.Seller);

        await desk.WaitForElementAsync("h1");
        Assert.Empty(desk.FindAll("table"));
    }

    private static PagesContext Context(TestHouse house)
    {
        var context = new PagesContext().WithConsole(house.Get<UserAccounts>(), house.Get<StoreClock>());
        context.Services.AddSingleton(house.Get<RefusedTickets>());
        return context;
    }

    private static async Task<IRenderedComponent<RefusedTicketsDesk>> DeskAsync(PagesContext context, TestHouse house, UserRole role = UserRole.Admin) =>
        context.RenderDesk<RefusedTicketsDesk>(await PagesContext.AccountAsync(house.Get<UserAccounts>(), house.Get<UserAdministration>(), role), role);

    private static async Task AnswerAsync(IRenderedComponent<RefusedTicketsDesk> desk, AngleSharp.Dom.IElement button, string answer)
    {
        var asking = Task.WhenAll(button.ClickAsync(), button.ClickAsync());
        await desk.WaitForElementAsync($".mud-message-box__{answer}-button");
        await Assert.Single(desk.FindAll($".mud-message-box__{answer}-button")).ClickAsync();
        await asking;
    }
}
