using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Pages.Seller;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Components;

public sealed class ConsoleDeskTests
{
    [Fact]
    public async Task Create_ClickedTwice_MakesOneProduct()
    {
        await using var database = await StartAsync();
        var sellerId = await SellerAsync(database);
        await using var context = new PagesContext().WithConsole(database.Get<UserAccounts>(), database.Get<StoreClock>());
        context.Services
            .AddSingleton(database.Get<SellerProducts>())
            .AddSingleton(database.Get<SellerProductQueries>())
            .AddSingleton(database.Get<ProductPictures>());
        var desk = context.RenderDesk<ProductDesk>(sellerId, UserRole.Seller);
        await desk.WaitForElement("#name").ChangeAsync(new() { Value = "Kettle" });
        await desk.Find("#price").ChangeAsync(new() { Value = "88.80" });

        await desk.Find("form").SubmitAsync();
        await desk.Find("form").SubmitAsync();

        var products = await database.Get<SellerProductQueries>().ListAsync(sellerId, null, archived: false, ProductOrder.Name, descending: false, 0, 10, Token);
        Assert.Equal(1, products.Total);
    }

    private static Task<long> SellerAsync(TestDatabase database) =>
        PagesContext.AccountAsync(database.Get<UserAccounts>(), database.Get<UserAdministration>(), UserRole.Seller);
}
