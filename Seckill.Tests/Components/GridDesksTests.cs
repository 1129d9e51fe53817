using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Pages.Admin;
using Seckill.Web.Components.Pages.Seller;

namespace Seckill.Tests.Components;

/// <summary>The desks with a grid, which reads by itself whenever it is shown, turned or sorted.</summary>
public sealed class GridDesksTests
{
    public static TheoryData<string, string, string> Desks => new()
    {
        { nameof(ProductsDesk), "Products", "No products yet" },
        { nameof(SalesDesk), "Orders", "No sales yet" },
        { nameof(SellerOrdersDesk), "Orders", "Nobody has ordered yet." },
        { nameof(UsersDesk), "SellerApplications", "Nobody of that name." },
        { nameof(RefusedTicketsDesk), "SeckillRecords", "No ticket was ever refused." },
    };

    [Theory, MemberData(nameof(Desks))]
    public async Task Grid_ReadingFails_SaysSoAndTriesAgain(string desk, string table, string nothing)
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        await using var context = Context(house);
        var role = desk is nameof(UsersDesk) or nameof(RefusedTicketsDesk) ? UserRole.Admin : UserRole.Seller;
        var userId = await PagesContext.AccountAsync(house.Get<UserAccounts>(), house.Get<UserAdministration>(), role);
        var (takeAway, bringBack) = ($"ALTER TABLE {table} RENAME TO Gone", $"ALTER TABLE Gone RENAME TO {table}");
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync(takeAway));

        var shown = desk switch
        {
            nameof(ProductsDesk) => Render<ProductsDesk>(),
            nameof(SalesDesk) => Render<SalesDesk>(),
            nameof(SellerOrdersDesk) => Render<SellerOrdersDesk>(),
            nameof(UsersDesk) => Render<UsersDesk>(),
            _ => Render<RefusedTicketsDesk>(),
        };
        var again = await shown.WaitForElementAsync("[role=alert] button");
        Assert.DoesNotContain(nothing, shown.Markup, StringComparison.Ordinal);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync(bringBack));
        await again.ClickAsync();

        await shown.WaitForAssertionAsync(() => Assert.Empty(shown.FindAll("[role=alert] button")));
        if (desk != nameof(UsersDesk))
        {
            await shown.WaitForAssertionAsync(() => Assert.Contains(nothing, shown.Markup, StringComparison.Ordinal));
        }

        IRenderedComponent<Microsoft.AspNetCore.Components.IComponent> Render<T>()
            where T : ConsoleDesk => context.RenderDesk<T>(userId, role);
    }

    [Fact]
    public async Task Products_SortedSearchedAndTurned_AreReadFromTheDatabase()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        await using var context = Context(house);
        var sellerId = await PagesContext.AccountAsync(house.Get<UserAccounts>(), house.Get<UserAdministration>(), UserRole.Seller);
        foreach (var i in Enumerable.Range(10, 12))
        {
            await house.Get<SellerProducts>().CreateAsync(sellerId, new($"Lamp {i}", "", 100 * (50 - i), null), TestHouse.Token);
        }

        var desk = context.RenderDesk<ProductsDesk>(sellerId, UserRole.Seller);
        await desk.WaitForAssertionAsync(() => Assert.Equal(("Lamp 21", 10), (desk.FindAll("tbody a")[0].TextContent, desk.FindAll("tbody tr").Count)));

        await desk.FindAll("th .sortable-column-header")[1].ClickAsync();
        await desk.WaitForAssertionAsync(() => Assert.Equal("Lamp 21", desk.FindAll("tbody a")[0].TextContent));
        await desk.FindAll("th .sortable-column-header")[1].ClickAsync();
        await desk.WaitForAssertionAsync(() => Assert.Equal("Lamp 10", desk.FindAll("tbody a")[0].TextContent));

        await desk.Find("#query").ChangeAsync(new() { Value = "lamp 2" });
        await desk.Find("form").SubmitAsync();
        await desk.WaitForAssertionAsync(() => Assert.Equal(["Lamp 20", "Lamp 21"], desk.FindAll("tbody a").Select(link => link.TextContent)));
    }

    private static PagesContext Context(TestHouse house)
    {
        var context = new PagesContext().WithConsole(house.Get<UserAccounts>(), house.Get<StoreClock>());
        context.Services
            .AddSingleton(house.Get<SellerProductQueries>())
            .AddSingleton(house.Get<SellerSales>())
            .AddSingleton(house.Get<SellerOrders>())
            .AddSingleton(house.Get<UserAdministration>())
            .AddSingleton(house.Get<RefusedTickets>());
        return context;
    }
}
