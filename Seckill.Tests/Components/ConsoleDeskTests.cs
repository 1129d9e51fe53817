using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Accounts;
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
        await using var context = new PagesContext();
        context.Services
            .AddSingleton(database.Get<UserAccounts>())
            .AddSingleton(database.Get<StoreClock>())
            .AddSingleton(database.Get<SellerProducts>())
            .AddSingleton(database.Get<SellerProductQueries>())
            .AddSingleton(database.Get<ProductPictures>());
        var signedIn = Task.FromResult(new AuthenticationState(CurrentUser.PrincipalOf(sellerId, "lin", UserRole.Seller, "test")));
        var desk = context.Render<ProductDesk>(parameters => parameters.AddCascadingValue(signedIn));
        await desk.WaitForElement("#name").ChangeAsync(new() { Value = "Kettle" });
        await desk.Find("#price").ChangeAsync(new() { Value = "88.80" });

        await desk.Find("form").SubmitAsync();
        await desk.Find("form").SubmitAsync();

        var products = await database.Get<SellerProductQueries>().ListAsync(sellerId, null, ProductOrder.Name, descending: false, 0, 10, Token);
        Assert.Equal(1, products.Total);
    }

    private static async Task<long> SellerAsync(TestDatabase database)
    {
        var registered = await database.Get<UserAccounts>().RegisterAsync(new("lin", "a long enough password", "Lin", "Wang"), "192.0.2.1", Token);
        await database.Get<UserAdministration>().ChangeAsync(registered.User!.UserId, UserRole.Seller, suspended: null, Token);
        return registered.User!.UserId;
    }
}
