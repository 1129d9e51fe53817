using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Pages.Seller;

namespace Seckill.Tests.Components;

public sealed class ReportDeskTests
{
    [Fact]
    public async Task Desk_SaleWithoutAnything_HasNothingToChart()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        var signedIn = new TaskCompletionSource();

        var desk = Desk(context, sellerId, saleId, signedIn.Task);
        Assert.Equal("Loading …", desk.Find("[role=status]").TextContent);
        Assert.Empty(desk.FindAll("[data-tile]"));
        signedIn.SetResult();

        await desk.WaitForElementAsync("[data-tile]");
        Assert.Equal(
            ["10", "0", "0", "0", "Never sold out", "0", "–", "¥0.00", "–", "0", "0"],
            desk.FindAll("dd[data-tile]").Select(tile => tile.TextContent));
        Assert.Contains("This sale has not ended", desk.Markup, StringComparison.Ordinal);
        Assert.Contains("No grab has been refused.", desk.Markup, StringComparison.Ordinal);
        Assert.Empty(desk.FindAll("figure"));
    }

    [Fact]
    public async Task Desk_FinishedSale_SaysHowItWent()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        var opensAt = house.Now.AddHours(1);
        await house.UseAsync(async db =>
        {
            foreach (var (i, status) in new[] { OrderStatus.Paid, OrderStatus.Paid, OrderStatus.Cancelled, OrderStatus.TimedOut }.Index())
            {
                db.Orders.Add(new()
                {
                    OrderId = 100 + i,
                    SeckillId = 200 + i,
                    SaleId = saleId,
                    ProductId = 1,
                    BuyerId = 300 + i,
                    SellerId = sellerId,
                    Quantity = i + 1,
                    UnitPriceCents = 100_000,
                    Status = status,
                    CreatedAt = opensAt,
                    UpdatedAt = opensAt,
                    PayBeforeAt = opensAt,
                    ClosedAt = status is OrderStatus.Paid ? null : opensAt,
                    ReleasedAt = status is OrderStatus.Paid ? null : opensAt,
                });
            }

            foreach (var i in Enumerable.Range(0, 3))
            {
                db.SaleSamples.Add(new() { SaleSampleId = 400 + i, SaleId = saleId, At = opensAt.AddSeconds(i), Left = 10 - i, Watchers = i * 4, Refusals = Refusals.None with { Paused = i } });
            }

            return await db.SaveChangesAsync(TestHouse.Token);
        });
        house.Time.Turn(TimeSpan.FromHours(3));
        await using var context = Context(house);

        var desk = Desk(context, sellerId, saleId);

        await desk.WaitForElementAsync("[data-tile]");
        Assert.Equal(("3", "7", "4", "50.0 %", "¥3,000.00", "8"), (Tile("sold"), Tile("returned"), Tile("orders"), Tile("conversion"), Tile("revenue"), Tile("most-watchers")));
        Assert.DoesNotContain("This sale has not ended", desk.Markup, StringComparison.Ordinal);
        Assert.NotEmpty(desk.FindAll("figure"));
        Assert.Contains("(Asia/Shanghai)", desk.Find(".report-top").TextContent, StringComparison.Ordinal);
        Assert.Contains(opensAt.AddHours(8).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), desk.Find(".report-top").TextContent, StringComparison.Ordinal);

        var print = context.JSInterop.SetupModule("/print.js").SetupVoid("printPage").SetVoidResult();
        await desk.Find(".no-print button").ClickAsync();
        Assert.Single(print.Invocations);

        string Tile(string name) => desk.Find($"[data-tile={name}]").TextContent;
    }

    [Fact]
    public async Task Desk_ReadingFails_SaysSoAndTriesAgain()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var (sellerId, saleId) = await SaleAsync(house);
        await using var context = Context(house);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE SaleSamples RENAME TO Gone"));

        var desk = Desk(context, sellerId, saleId);
        var again = await desk.WaitForElementAsync("[role=alert] button");
        Assert.Empty(desk.FindAll("[data-tile]"));
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Gone RENAME TO SaleSamples"));
        await again.ClickAsync();

        await desk.WaitForElementAsync("[data-tile]");
        Assert.Empty(desk.FindAll("[role=alert] button"));
    }

    [Fact]
    public async Task Desk_SomebodyElsesSale_IsMissing()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var (sellerId, _) = await SaleAsync(house);
        var theirs = await house.OpenSaleAsync(units: 5);
        await using var context = Context(house);

        var desk = Desk(context, sellerId, theirs.SaleId);

        await desk.WaitForElementAsync("h1");
        Assert.Empty(desk.FindAll("[data-tile], button"));
    }

    private static PagesContext Context(TestHouse house)
    {
        var context = new PagesContext().WithConsole(house.Get<UserAccounts>(), house.Get<StoreClock>(), zone: "Asia/Shanghai");
        context.Services.AddSingleton(house.Get<SaleReports>()).AddSingleton(house.Get<SaleHistory>());
        return context;
    }

    private static IRenderedComponent<ReportDesk> Desk(PagesContext context, long sellerId, long saleId, Task? signedIn = null) =>
        context.RenderDesk<ReportDesk>(sellerId, UserRole.Seller, desk => desk.Add(d => d.SaleId, saleId), signedIn);

    // Opens in an hour and is on for one.
    private static async Task<(long SellerId, long SaleId)> SaleAsync(TestHouse house)
    {
        var sellerId = await PagesContext.AccountAsync(house.Get<UserAccounts>(), house.Get<UserAdministration>(), UserRole.Seller);
        var product = await house.Get<SellerProducts>().CreateAsync(sellerId, new("Lamp", "", 9900, null), TestHouse.Token);
        var opensAt = house.Now.AddHours(1);
        var sale = await house.Get<SellerSales>().PlanAsync(sellerId, new(product.Id, 4900, 10, opensAt, opensAt.AddHours(1), 900), TestHouse.Token);
        return (sellerId, sale.Id);
    }
}
