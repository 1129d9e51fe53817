using System.Globalization;
using System.Net;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class CallerTests
{
    [Fact]
    public async Task UserId_Alone_IsNotBelieved()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.With(("User-Id", "42")).GetAsync("/api/users/me");

        Assert.Equal(ApiCode.NotSignedIn, reply.Code);
        Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task UserId_BesideToken_MustBeTheTokens()
    {
        var app = await SharedApp.StartedAsync();
        var shopper = await app.RegisterAsync();

        Assert.Equal(shopper.UserId, (await shopper.GetAsync("/api/users/me")).Id("userId"));
        Assert.Equal(ApiCode.Ok, (await shopper.And(("User-Id", shopper.UserId.ToString(CultureInfo.InvariantCulture))).GetAsync("/api/users/me")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await shopper.And(("User-Id", "42")).GetAsync("/api/users/me")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await shopper.And(("User-Id", "me")).GetAsync("/api/users/me")).Code);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer x")]
    [InlineData("Bearer CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task Authorization_NotOurs_IsNobody(string authorization)
    {
        var app = await SharedApp.StartedAsync();
        var caller = app.With(("Authorization", authorization), ("User-Id", "42"));

        Assert.Equal(ApiCode.NotSignedIn, (await caller.GetAsync("/api/users/me")).Code);
        Assert.Equal(ApiCode.Ok, (await caller.GetAsync("/api/products")).Code);
    }

    [Fact]
    public async Task Token_After12Hours_IsOver()
    {
        await using var app = await SeckillApp.StartAsync();
        var shopper = await app.RegisterAsync();

        app.Time.Turn(TimeSpan.FromHours(11.9));
        Assert.Equal(ApiCode.Ok, (await shopper.GetAsync("/api/users/me")).Code);
        app.Time.Turn(TimeSpan.FromHours(0.2));
        Assert.Equal(ApiCode.NotSignedIn, (await shopper.GetAsync("/api/users/me")).Code);
    }

    [Fact]
    public async Task Gateway_RightKey_IsBelieved()
    {
        var app = await SharedApp.StartedAsync();

        var me = await app.Shopper(42).GetAsync("/api/users/me");

        Assert.Equal((42, "shopper"), (me.Id("userId"), me.Data.GetProperty("role").GetString()));
        Assert.Equal(ApiCode.NotAllowed, (await app.Shopper(42).GetAsync("/api/seller/products")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-gateway-key-for-test")]
    [InlineData("a-gateway-key-for-tests ä")]
    [InlineData("A-GATEWAY-KEY-FOR-TESTS")]
    public async Task Gateway_WrongKey_IsRefusedEverywhere(string key)
    {
        var app = await SharedApp.StartedAsync();
        key = key.Replace("ä", "x", StringComparison.Ordinal);

        Assert.Equal(ApiCode.NotSignedIn, (await app.With(("Gateway-Key", key), ("User-Id", "42")).GetAsync("/api/users/me")).Code);
        Assert.Equal(ApiCode.NotSignedIn, (await app.With(("Gateway-Key", key), ("User-Id", "42")).GetAsync("/api/products")).Code);
    }

    [Fact]
    public async Task Gateway_NotConfigured_BelievesNobody()
    {
        await using var app = await SeckillApp.StartAsync(settings: ("Gateway:Key", null));

        Assert.Equal(ApiCode.NotSignedIn, (await app.Shopper(42).GetAsync("/api/users/me")).Code);
        Assert.Equal(ApiCode.NotSignedIn, (await app.With(("Gateway-Key", ""), ("User-Id", "42")).GetAsync("/api/users/me")).Code);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1,2")]
    public async Task Gateway_MalformedUserId_IsInvalid(string userId)
    {
        var app = await SharedApp.StartedAsync();

        Assert.Equal(ApiCode.Invalid, (await app.With(("Gateway-Key", SeckillApp.GatewayKey), ("User-Id", userId)).GetAsync("/api/users/me")).Code);
    }

    [Fact]
    public async Task Gateway_NobodySignedIn_MayLookOnly()
    {
        var app = await SharedApp.StartedAsync();
        var caller = app.With(("Gateway-Key", SeckillApp.GatewayKey));

        Assert.Equal(ApiCode.Ok, (await caller.GetAsync("/api/products")).Code);
        Assert.Equal(ApiCode.NotSignedIn, (await caller.GetAsync("/api/orders")).Code);
    }

    [Theory]
    [InlineData("same-origin", null, ApiCode.NotFound)]
    [InlineData("none", null, ApiCode.NotFound)]
    [InlineData("same-site", null, ApiCode.NotAllowed)]
    [InlineData("cross-site", "own", ApiCode.NotAllowed)]
    [InlineData(null, "own", ApiCode.NotFound)]
    [InlineData(null, "https://evil.example", ApiCode.NotAllowed)]
    [InlineData(null, "null", ApiCode.NotAllowed)]
    [InlineData(null, null, ApiCode.NotAllowed)]
    public async Task Cookie_Write_NeedsTheSameOrigin(string? site, string? origin, int code)
    {
        var app = await SharedApp.StartedAsync();
        var shopper = await app.RegisterAsync();
        List<(string, string)> headers = [("Cookie", await app.CookieOfAsync(shopper))];
        if (site is not null)
        {
            headers.Add(("Sec-Fetch-Site", site));
        }

        if (origin is not null)
        {
            headers.Add(("Origin", origin == "own" ? app.Address.GetLeftPart(UriPartial.Authority) : origin));
        }

        var caller = app.With([.. headers]);

        Assert.Equal(code, (await caller.PostAsync("/api/orders/1/pay")).Code);
        Assert.Equal(shopper.UserId, (await caller.GetAsync("/api/users/me")).Id("userId"));
    }

    [Fact]
    public async Task Cookie_OfSuspendedUser_EndsWithinAMinute()
    {
        await using var app = await SeckillApp.StartAsync();
        var shopper = await app.RegisterAsync();
        var cookie = app.With(("Cookie", await app.CookieOfAsync(shopper)));
        Assert.Equal(ApiCode.Ok, (await cookie.GetAsync("/api/users/me")).Code);

        await (await app.AdminAsync()).PutAsync($"/api/admin/users/{shopper.UserId}/role", new { suspended = true });
        app.Time.Turn(TimeSpan.FromSeconds(61));

        Assert.Equal(ApiCode.NotSignedIn, (await cookie.GetAsync("/api/users/me")).Code);
    }

    [Fact]
    public async Task Roles_EachEndpoint_AsksForItsOwn()
    {
        var app = await SharedApp.StartedAsync();
        var (shopper, seller, admin) = (await app.RegisterAsync(), await app.SellerAsync(), await app.AdminAsync());

        Assert.Equal(ApiCode.NotAllowed, (await shopper.GetAsync("/api/seller/products")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await shopper.GetAsync("/api/admin/users")).Code);
        Assert.Equal(ApiCode.Ok, (await seller.GetAsync("/api/seller/products")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await seller.GetAsync("/api/admin/users")).Code);
        Assert.Equal(ApiCode.Ok, (await admin.GetAsync("/api/seller/products")).Code);
        Assert.Equal(ApiCode.Ok, (await admin.GetAsync("/api/admin/users")).Code);
        Assert.Equal(ApiCode.NotSignedIn, (await app.Anybody.GetAsync("/api/admin/users")).Code);
    }

    [Fact]
    public async Task Seller_SuspendedOrDemoted_LosesTheRoleAtOnce()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, admin) = (await app.NewSellerAsync(), await app.AdminAsync());
        Assert.Equal(ApiCode.Ok, (await seller.GetAsync("/api/seller/products")).Code);

        await admin.PutAsync($"/api/admin/users/{seller.UserId}/role", new { suspended = true });
        Assert.Equal(ApiCode.NotAllowed, (await seller.GetAsync("/api/seller/products")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await app.Anybody.PostAsync("/api/users/login", new { userName = seller.UserName, password = SeckillApp.Password })).Code);

        await admin.PutAsync($"/api/admin/users/{seller.UserId}/role", new { suspended = false, role = "shopper" });
        Assert.Equal(ApiCode.NotAllowed, (await seller.GetAsync("/api/seller/products")).Code);
    }

    [Fact]
    public async Task Shopper_Suspended_GrabsNothing()
    {
        var app = await SharedApp.StartedAsync();
        var (shopper, admin) = (await app.RegisterAsync(), await app.AdminAsync());
        var sale = await app.OpenSaleAsync(units: 1);

        await admin.PutAsync($"/api/admin/users/{shopper.UserId}/role", new { suspended = true });

        Assert.NotNull(await TestHouse.WaitForAsync(async () => await shopper.GrabAsync(sale, quantity: 2) is { Code: ApiCode.NotAllowed } refused ? refused : null));
    }
}
