using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Persistence;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Pages.Seller;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Components;

public sealed class QuotasDeskTests
{
    [Fact]
    public async Task Desk_NobodyHasAQuota_SaysSoOnceItIsRead()
    {
        await using var database = await StartAsync();
        var (sellerId, productId) = await ProductAsync(database);
        await using var context = Context(database);
        var signedIn = new TaskCompletionSource();

        var desk = Desk(context, sellerId, productId, signedIn.Task);
        Assert.Equal("Loading …", desk.Find("[role=status]").TextContent);
        Assert.Empty(desk.FindAll("form"));
        signedIn.SetResult();

        await desk.WaitForElementAsync("#limit");
        Assert.Equal("3", desk.Find("#limit").GetAttribute("value"));
        Assert.Contains("Nobody has a quota of their own.", desk.Markup, StringComparison.Ordinal);
        Assert.Empty(desk.FindAll("ul.rows"));
    }

    [Fact]
    public async Task Desk_ReadingFails_SaysSoAndTriesAgain()
    {
        await using var database = await StartAsync();
        var (sellerId, productId) = await ProductAsync(database);
        await using var context = Context(database);
        await database.ReadAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE VipPurchaseLimits RENAME TO Gone"));

        var desk = Desk(context, sellerId, productId);
        var again = await desk.WaitForElementAsync("[role=alert] button");
        Assert.Empty(desk.FindAll("form"));
        await database.ReadAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Gone RENAME TO VipPurchaseLimits"));
        await again.ClickAsync();

        await desk.WaitForElementAsync("#limit");
        Assert.Empty(desk.FindAll("[role=alert] button"));
    }

    [Fact]
    public async Task Desk_SomebodyElsesProduct_IsMissing()
    {
        await using var database = await StartAsync();
        var (sellerId, _) = await ProductAsync(database);
        var theirs = await database.Get<SellerProducts>().CreateAsync(sellerId + 1, new("Lamp", "", 9900, null), Token);
        await using var context = Context(database);

        var desk = Desk(context, sellerId, theirs.Id);

        await desk.WaitForElementAsync("h1");
        Assert.Empty(desk.FindAll("form, input"));
    }

    [Fact]
    public async Task Quotas_SetTurnedAndRemoved_AreListed()
    {
        await using var database = await StartAsync();
        var (sellerId, productId) = await ProductAsync(database);
        foreach (var user in Enumerable.Range(100, 21))
        {
            await database.Get<SellerProducts>().SetVipLimitAsync(sellerId, productId, user, 4, Token);
        }

        await using var context = Context(database);
        var dialogs = context.Render<MudDialogProvider>();
        var changes = 0;
        var desk = Desk(context, sellerId, productId, changed: () => changes++);
        await desk.WaitForElementAsync("#vip-user");
        Assert.Equal(20, desk.FindAll("ul.rows li").Count);
        await desk.FindAll("nav button")[1].ClickAsync();
        Assert.Single(desk.FindAll("ul.rows li"));
        await desk.FindAll("nav button")[0].ClickAsync();
        Assert.Equal(20, desk.FindAll("ul.rows li").Count);

        await desk.Find("#vip-user").ChangeAsync(new() { Value = "nobody" });
        await desk.Find("section form").SubmitAsync();
        Assert.Equal(["There is no such user.", "Please fill this in."], desk.FindAll("section form .field-error:not([hidden])").Select(error => error.TextContent));
        Assert.Equal(0, changes);

        await desk.Find("#vip-user").ChangeAsync(new() { Value = "lin" });
        await desk.Find("#vip-remaining").ChangeAsync(new() { Value = "6" });
        await desk.Find("section form").SubmitAsync();
        Assert.Equal(["The quota is set."], context.Said);
        Assert.Equal((1, 22), (changes, await QuotasAsync(database)));

        var whom = desk.Find("ul.rows code").TextContent;
        var removing = desk.Find("ul.rows button").ClickAsync();
        await (await dialogs.WaitForElementAsync(".mud-message-box__yes-button")).ClickAsync();
        await removing;
        Assert.Equal((2, 21), (changes, await QuotasAsync(database)));
        Assert.DoesNotContain(whom, desk.FindAll("ul.rows code").Select(user => user.TextContent));
    }

    [Fact]
    public async Task Limit_ChangedBySomebodyElseMeanwhile_IsShownBeforeItIsOverwritten()
    {
        await using var database = await StartAsync();
        var (sellerId, productId) = await ProductAsync(database);
        await using var context = Context(database);
        var desk = Desk(context, sellerId, productId);
        await (await desk.WaitForElementAsync("#limit")).ChangeAsync(new() { Value = "5" });
        await database.Get<SellerProducts>().SetLimitAsync(sellerId, productId, 8, read: null, Token);

        await desk.Find("form").SubmitAsync();
        Assert.Equal("Somebody else has set this to 8 meanwhile. Save again to put yours in its place.", desk.Find("#limit-error").TextContent);
        Assert.Equal(8, await LimitAsync());

        await desk.Find("form").SubmitAsync();
        Assert.Empty(desk.FindAll("#limit-error"));
        Assert.Equal(5, await LimitAsync());

        await desk.Find("#limit").ChangeAsync(new() { Value = "6" });
        await desk.Find("form").SubmitAsync();
        Assert.Equal(6, await LimitAsync());

        async Task<int> LimitAsync() => (await database.Get<SellerProductQueries>().FindAsync(sellerId, productId, Token))!.Value.Limit;
    }

    [Fact]
    public async Task List_WithBadLines_IsReportedAndNothingOfItIsSet()
    {
        await using var database = await StartAsync();
        var (sellerId, productId) = await ProductAsync(database);
        await using var context = Context(database);
        var desk = Desk(context, sellerId, productId);
        await desk.WaitForElementAsync("#vip-list");

        Upload(desk, "lin,3\nnobody,1\n7,many");
        await desk.WaitForElementAsync(".bad-lines");
        Assert.Equal("Nothing was imported: 2 lines are not right", desk.Find(".bad-lines h3").TextContent);
        Assert.Equal(
            ["2|nobody,1|There is no such user.", "3|7,many|This is not a whole number."],
            desk.FindAll(".bad-lines tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
        Assert.Equal("true", desk.Find("#vip-list").GetAttribute("aria-invalid"));
        Assert.Equal(0, await QuotasAsync(database));

        Upload(desk, "");
        await desk.WaitForStateAsync(() => !desk.Find("#vip-list-error").HasAttribute("hidden"));
        Assert.Empty(desk.FindAll(".bad-lines"));

        Upload(desk, "lin,3\n7,0");
        await desk.WaitForElementAsync("ul.rows");
        Assert.Equal(["2 quotas are set."], context.Said);
        Assert.True(desk.Find("#vip-list-error").HasAttribute("hidden"));
        Assert.Equal(2, await QuotasAsync(database));
    }

    private static PagesContext Context(TestDatabase database)
    {
        var context = new PagesContext().WithConsole(database.Get<UserAccounts>(), database.Get<StoreClock>());
        context.Services.AddSingleton(database.Get<SellerProducts>()).AddSingleton(database.Get<SellerProductQueries>()).AddSingleton(database.Get<QuotaImport>());
        return context;
    }

    private static IRenderedComponent<QuotasDesk> Desk(PagesContext context, long sellerId, long productId, Task? signedIn = null, Action? changed = null) =>
        context.RenderDesk<QuotasDesk>(sellerId, UserRole.Seller, desk => desk.Add(d => d.ProductId, productId).Add(d => d.OnChanged, () => changed?.Invoke()), signedIn);

    private static async Task<(long SellerId, long ProductId)> ProductAsync(TestDatabase database)
    {
        var sellerId = await PagesContext.AccountAsync(database.Get<UserAccounts>(), database.Get<UserAdministration>(), UserRole.Seller);
        var product = await database.Get<SellerProducts>().CreateAsync(sellerId, new("Lamp", "", 9900, null), Token);
        await database.Get<SellerProducts>().SetLimitAsync(sellerId, product.Id, 3, read: null, Token);
        return (sellerId, product.Id);
    }

    private static void Upload(IRenderedComponent<QuotasDesk> desk, string list) =>
        desk.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(Encoding.UTF8.GetBytes(list), "quotas.csv"));

    private static Task<int> QuotasAsync(TestDatabase database) => database.ReadAsync(db => db.VipPurchaseLimits.CountAsync(Token));
}
