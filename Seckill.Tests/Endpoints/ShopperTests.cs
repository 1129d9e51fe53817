using System.Globalization;
using System.Text.Json;
using Seckill.Core;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class ShopperTests
{
    // Buys nothing in any test.
    private const long Stranger = 9_001;

    [Fact]
    public async Task Register_ThenLogin_IsThatUser()
    {
        var app = await SharedApp.StartedAsync();

        var shopper = await app.RegisterAsync();
        var me = await shopper.GetAsync("/api/users/me");

        Assert.Equal(["userId", "userName", "firstName", "lastName", "role"], me.Data.EnumerateObject().Select(p => p.Name));
        Assert.Equal((shopper.UserId, shopper.UserName), (me.Id("userId"), me.Data.GetProperty("userName").GetString()));
        var again = await app.Anybody.PostAsync("/api/users/register", new { userName = shopper.UserName.ToUpperInvariant(), password = SeckillApp.Password, firstName = "A", lastName = "B" });
        Assert.Equal(ApiCode.NameTaken, again.Code);
        Assert.Equal(ApiCode.NotSignedIn, (await app.Anybody.PostAsync("/api/users/login", new { userName = shopper.UserName, password = "wrong password" })).Code);
    }

    [Fact]
    public async Task Login_TooManyTries_SaysWhenToTryAgain()
    {
        await using var app = await SeckillApp.StartAsync(settings: ("Accounts:SignInTriesPerMinute", "2"));

        Reply reply;
        do
        {
            reply = await app.Anybody.PostAsync("/api/users/login", new { userName = "nobody", password = "wrong password" });
        }
        while (reply.Code == ApiCode.NotSignedIn);

        Assert.Equal(ApiCode.TooManyRequests, reply.Code);
        Assert.InRange(int.Parse(reply.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 63);
    }

    [Fact]
    public async Task Products_WithAnOpenSale_LookAsAgreed()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5, limit: 2, price: 49.5m);

        var list = await app.Anybody.GetAsync("/api/products?limit=100");
        var item = list.Data.GetProperty("items").EnumerateArray().Single(p => p.GetProperty("productId").GetString() == Text(sale.ProductId));
        var anybody = (await app.Anybody.GetAsync($"/api/products/{sale.ProductId}")).Data;
        var shopper = (await app.Shopper(7).GetAsync($"/api/products/{sale.ProductId}")).Data;

        Assert.Equal(["productId", "name", "price", "imageUrl", "sellerId", "sale"], item.EnumerateObject().Select(p => p.Name));
        Assert.Equal("99.00", item.GetProperty("price").GetRawText());
        var shown = item.GetProperty("sale");
        Assert.Equal(["saleId", "price", "opensAt", "endsAt", "units", "left", "phase", "message"], shown.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("49.50", "open", Text(sale.SaleId)), (shown.GetProperty("price").GetRawText(), shown.GetProperty("phase").GetString(), shown.GetProperty("saleId").GetString()));
        Assert.EndsWith("Z", shown.GetProperty("opensAt").GetString(), StringComparison.Ordinal);
        Assert.True(anybody.TryGetProperty("serverTime", out _));
        Assert.False(anybody.TryGetProperty("limit", out _));
        Assert.Equal((2, 0), (shopper.GetProperty("limit").GetInt32(), shopper.GetProperty("held").GetInt32()));
    }

    [Fact]
    public async Task Product_WithoutSale_SaysNull()
    {
        var app = await SharedApp.StartedAsync();
        var productId = await app.AddProductAsync(limit: 3);

        var product = (await app.Shopper(7).GetAsync($"/api/products/{productId}")).Data;

        Assert.Equal(JsonValueKind.Null, product.GetProperty("sale").ValueKind);
        Assert.Equal(3, product.GetProperty("limit").GetInt32());
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_ManyShoppersForFewUnits_SellsExactlyTheUnits(Store store)
    {
        await using var app = await SeckillApp.StartAsync(store);
        var sale = await app.OpenSaleAsync(units: 10);

        var grabs = await Task.WhenAll(Enumerable.Range(1, 300).Select(shopper => app.GrabAsync(sale, shopper)));

        Assert.Equal(10, grabs.Count(g => g.Code == ApiCode.Ok));
        Assert.All(grabs.Where(g => g.Code != ApiCode.Ok), g => Assert.Equal(ApiCode.SoldOutForNow, g.Code));
        Assert.Equal(0, await app.AccountDifferenceAsync(sale));
    }

    [Fact]
    public async Task Grab_ThenPay_EndsPaid()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5, limit: 2, price: 49.90m);

        var grab = await app.GrabAsync(sale, shopper: 100, quantity: 2);
        var order = await app.OrderOfAsync(grab, shopper: 100);
        var orderId = order.GetProperty("orderId").GetString();
        var declined = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/pay", new { decline = true });
        var paid = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/pay");
        var again = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/pay", new { });
        var cancelled = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/cancel");

        Assert.Equal(
            ["orderId", "seckillId", "status", "productId", "quantity", "price", "total", "createdAt", "payBefore"],
            order.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("pendingPayment", "49.90", "99.80"), (order.GetProperty("status").GetString(), order.GetProperty("price").GetRawText(), order.GetProperty("total").GetRawText()));
        Assert.Equal((ApiCode.Declined, ApiCode.Ok, ApiCode.Ok, ApiCode.StateChanged), (declined.Code, paid.Code, again.Code, cancelled.Code));
        Assert.Equal("paid", again.Data.GetProperty("status").GetString());
        var seckill = (await app.Shopper(100).GetAsync($"/api/seckill/{grab.Id("seckillId")}")).Data;
        Assert.Equal(["status", "orderId", "seckillId", "productId", "quantity", "reason"], seckill.EnumerateObject().Select(p => p.Name));
        Assert.Equal("paid", seckill.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Order_OfSomebodyElse_IsNotFound()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5);
        var grab = await app.GrabAsync(sale, shopper: 100);
        var orderId = (await app.OrderOfAsync(grab, shopper: 100)).GetProperty("orderId").GetString();

        Assert.Equal(ApiCode.NotFound, (await app.Shopper(Stranger).GetAsync($"/api/orders/{orderId}")).Code);
        Assert.Equal(ApiCode.NotFound, (await app.Shopper(Stranger).PostAsync($"/api/orders/{orderId}/pay")).Code);
        Assert.Equal(ApiCode.NotFound, (await app.Shopper(Stranger).PostAsync($"/api/orders/{orderId}/cancel")).Code);
        Assert.Equal(ApiCode.NotFound, (await app.Shopper(Stranger).GetAsync($"/api/seckill/{grab.Id("seckillId")}")).Code);
        Assert.Equal(0, (await app.Shopper(Stranger).GetAsync("/api/orders")).Data.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Cancel_Repeated_IsStillDone()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        var orderId = (await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 100), shopper: 100)).GetProperty("orderId").GetString();

        var cancelled = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/cancel");
        var again = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/cancel");
        var pay = await app.Shopper(100).PostAsync($"/api/orders/{orderId}/pay");

        Assert.Equal((ApiCode.Ok, ApiCode.Ok, ApiCode.StateChanged), (cancelled.Code, again.Code, pay.Code));
        Assert.Equal(0, await app.AccountDifferenceAsync(sale));
        Assert.Equal(ApiCode.Ok, (await TestHouse.WaitForAsync(async () => await app.GrabAsync(sale, shopper: 101) is { Code: ApiCode.Ok } taken ? taken : null))!.Code);
    }

    [Fact]
    public async Task Grab_Refused_SaysWhy()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5, limit: 3);
        var upcoming = await app.OpenSaleAsync(units: 5, opensIn: TimeSpan.FromHours(1));
        var idle = await app.AddProductAsync();

        Assert.Equal(ApiCode.NotFound, (await app.GrabAsync(new(1, 123456), shopper: 1)).Code);
        Assert.Equal(ApiCode.NotFound, (await app.GrabAsync(new(1, idle), shopper: 1)).Code);
        Assert.Equal(ApiCode.NotStarted, (await app.GrabAsync(upcoming, shopper: 1)).Code);
        Assert.Equal(ApiCode.OverLimit, (await app.GrabAsync(sale, shopper: 1, quantity: 4)).Code);
        Assert.Equal(ApiCode.Ok, (await app.GrabAsync(sale, shopper: 1, quantity: 3)).Code);
        var fewer = await app.GrabAsync(sale, shopper: 2, quantity: 3);
        Assert.Equal((ApiCode.SoldOutForNow, 2), (fewer.Code, fewer.Data.GetProperty("left").GetInt32()));
        Assert.Equal(ApiCode.Ok, (await app.GrabAsync(sale, shopper: 2, quantity: 2)).Code);
        var none = await app.GrabAsync(sale, shopper: 3);
        Assert.Equal((ApiCode.SoldOutForNow, 0), (none.Code, none.Data.GetProperty("left").GetInt32()));
    }

    [Fact]
    public async Task Grab_SameKey_AnswersAsTheFirstTimeEvenAfterTheEnd()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);

        var first = await app.GrabAsync(sale, shopper: 1, key: "one");
        var again = await app.GrabAsync(sale, shopper: 1, key: "one");
        var other = await app.GrabAsync(sale, shopper: 1, quantity: 2, key: "one");
        await (await app.SellerAsync()).PostAsync($"/api/seller/sales/{sale.SaleId}/end");
        var late = await app.GrabAsync(sale, shopper: 1, key: "one");
        var lateOther = await app.GrabAsync(sale, shopper: 1, quantity: 2, key: "one");

        Assert.Equal((ApiCode.Ok, ApiCode.Ok, ApiCode.KeyReused), (first.Code, again.Code, other.Code));
        Assert.Equal(first.Id("seckillId"), again.Id("seckillId"));
        Assert.Equal((ApiCode.Ok, ApiCode.KeyReused), (late.Code, lateOther.Code));
        Assert.Equal(first.Id("seckillId"), late.Id("seckillId"));
        Assert.Equal(ApiCode.Ended, (await app.GrabAsync(sale, shopper: 2, key: "two")).Code);
        Assert.Equal(ApiCode.Ended, (await app.GrabAsync(sale, shopper: 2)).Code);
    }

    [Fact]
    public async Task Grab_MoreTriesThanAllowed_SaysWhenToTryAgain()
    {
        await using var app = await SeckillApp.StartAsync(settings: ("Grabbing:TriesPerSecond", "3"));

        var grabs = await Task.WhenAll(Enumerable.Range(1, 30).Select(_ => app.GrabAsync(new(1, 1), shopper: 1)));

        var refused = grabs.First(g => g.Code == ApiCode.TooManyRequests);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 4);
    }

    [Fact]
    public async Task Pay_AfterItsTime_IsTooLate()
    {
        await using var app = await SeckillApp.StartAsync();
        var sale = await app.OpenSaleAsync(units: 1, paymentWindowSeconds: 60);
        var orderId = (await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 1), shopper: 1)).GetProperty("orderId").GetString();

        app.Time.Turn(TimeSpan.FromSeconds(61));

        Assert.Equal(ApiCode.TooLate, (await app.Shopper(1).PostAsync($"/api/orders/{orderId}/pay")).Code);
    }

    [Fact]
    public async Task Time_IsTheHousesClock()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Anybody.GetAsync("/api/time");

        Assert.Equal(app.Get<StoreClock>().UtcNow, reply.Data.GetProperty("serverTime").GetDateTime(), TimeSpan.FromMinutes(1));
        Assert.Equal("no-store", reply.Headers["Cache-Control"]);
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
