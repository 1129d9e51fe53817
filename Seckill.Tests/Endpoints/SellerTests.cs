using System.Globalization;
using System.Text.Json;
using Seckill.Core;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class SellerTests
{
    [Fact]
    public async Task Product_Changed_NeedsTheVersionThatWasRead()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.SellerAsync();
        var productId = await app.AddProductAsync();
        var updatedAt = (await OwnAsync(seller, "products", "productId", productId)).GetProperty("updatedAt").GetString();

        var blind = await seller.PutAsync($"/api/seller/products/{productId}", new { name = "Lantern", description = "", price = 88.5m });
        app.Time.Turn(TimeSpan.FromMilliseconds(5));
        var changed = await seller.PutAsync($"/api/seller/products/{productId}", new { name = "Lantern", description = "", price = 88.5m, updatedAt });
        var stale = await seller.PutAsync($"/api/seller/products/{productId}", new { name = "Torch", description = "", price = 1m, updatedAt });

        Assert.Equal((ApiCode.Invalid, ApiCode.Ok, ApiCode.StateChanged), (blind.Code, changed.Code, stale.Code));
        Assert.Contains("updatedAt", blind.Message, StringComparison.Ordinal);
        Assert.Equal("Lantern", (await OwnAsync(seller, "products", "productId", productId)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Product_Archived_IsInNoListOfTheShopAndComesBack()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, other, productId) = (await app.SellerAsync(), await app.NewSellerAsync(), await app.AddProductAsync());
        var path = $"/api/seller/products/{productId}/archived";
        var updatedAt = await UpdatedAtAsync();

        var nothing = await seller.PutAsync(path, new { });
        var strange = await other.PutAsync(path, new { archived = true, updatedAt });
        app.Time.Turn(TimeSpan.FromMilliseconds(5));
        var done = await seller.PutAsync(path, new { archived = true, updatedAt });
        var stale = await seller.PutAsync(path, new { archived = false, updatedAt });

        Assert.Equal((ApiCode.Invalid, ApiCode.NotFound, ApiCode.Ok, ApiCode.StateChanged), (nothing.Code, strange.Code, done.Code, stale.Code));
        Assert.All(["archived: ", "updatedAt: "], field => Assert.Contains(field, nothing.Message, StringComparison.Ordinal));
        var page = await app.Anybody.GetAsync($"/api/products/{productId}");
        Assert.Equal((true, JsonValueKind.Null), (page.Data.GetProperty("archived").GetBoolean(), page.Data.GetProperty("sale").ValueKind));
        Assert.DoesNotContain(productId, Ids(await app.Anybody.GetAsync("/api/products?limit=100")));
        Assert.Contains(productId, Ids(await seller.GetAsync("/api/seller/products?limit=100&archived=true")));
        Assert.DoesNotContain(productId, Ids(await seller.GetAsync("/api/seller/products?limit=100&archived=false")));
        Assert.Equal(ApiCode.Invalid, (await seller.GetAsync("/api/seller/products?archived=perhaps")).Code);
        var sale = new { productId = productId.ToString(CultureInfo.InvariantCulture), price = 1m, units = 1, opensAt = "2031-01-01T00:00:00Z", endsAt = "2031-01-02T00:00:00Z" };
        Assert.Contains("productId: ", (await seller.PostAsync("/api/seller/sales", sale)).Message, StringComparison.Ordinal);
        var trail = await seller.GetAsync($"/api/seller/products/{productId}/audit");
        Assert.Equal("archive", trail.Data.GetProperty("items")[0].GetProperty("action").GetString());
        Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/products/{productId}/audit")).Code);

        Assert.Equal(ApiCode.Ok, (await seller.PutAsync(path, new { archived = false, updatedAt = await UpdatedAtAsync() })).Code);
        Assert.Contains(productId, Ids(await app.Anybody.GetAsync("/api/products?limit=100")));

        async Task<string?> UpdatedAtAsync() => (await OwnAsync(seller, "products", "productId", productId)).GetProperty("updatedAt").GetString();

        static IEnumerable<long> Ids(Reply reply) =>
            reply.Data.GetProperty("items").EnumerateArray().Select(p => long.Parse(p.GetProperty("productId").GetString()!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Product_OnSale_IsNotArchived()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.SellerAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        var updatedAt = (await OwnAsync(seller, "products", "productId", sale.ProductId)).GetProperty("updatedAt").GetString();

        var refused = await seller.PutAsync($"/api/seller/products/{sale.ProductId}/archived", new { archived = true, updatedAt });

        Assert.Equal(ApiCode.StateChanged, refused.Code);
        Assert.Contains("has a sale", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Products_SearchedAndSorted_AreWhatAScriptAsksFor()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.NewSellerAsync();
        foreach (var (name, price) in ((string, decimal)[])[("Blue lamp", 30m), ("Red lamp", 10m), ("Kettle", 20m)])
        {
            Assert.Equal(ApiCode.Ok, (await seller.PostAsync("/api/seller/products", new { name, description = "It shines.", price })).Code);
        }

        Assert.Equal(["Kettle", "Red lamp", "Blue lamp"], await NamesAsync(""));
        Assert.Equal(["Blue lamp", "Kettle", "Red lamp"], await NamesAsync("?sort=name"));
        Assert.Equal(["Blue lamp", "Kettle", "Red lamp"], await NamesAsync("?sort=price&descending=true"));
        Assert.Equal(["Red lamp", "Blue lamp"], await NamesAsync("?sort=price&query=lamp"));
        Assert.Equal(["Kettle"], await NamesAsync("?sort=name&offset=1&limit=1"));
        var broken = await seller.GetAsync("/api/seller/products?sort=luck&descending=1&archived=perhaps");
        Assert.Equal(ApiCode.Invalid, broken.Code);
        Assert.All(["sort: ", "descending: ", "archived: "], field => Assert.Contains(field, broken.Message, StringComparison.Ordinal));

        var first = (await seller.GetAsync("/api/seller/products")).Data.GetProperty("items")[0];
        var one = (await seller.GetAsync($"/api/seller/products/{first.GetProperty("productId").GetString()}")).Data;
        Assert.Equal(first.GetRawText(), one.GetRawText());
        Assert.Equal(("It shines.", 1), (one.GetProperty("description").GetString(), one.GetProperty("limit").GetInt32()));

        async Task<IEnumerable<string?>> NamesAsync(string query) =>
            (await seller.GetAsync($"/api/seller/products{query}")).Data.GetProperty("items").EnumerateArray().Select(product => product.GetProperty("name").GetString()).ToList();
    }

    [Fact]
    public async Task Limit_ChangedSinceItWasRead_IsLeftAlone()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, productId) = (await app.SellerAsync(), await app.AddProductAsync(limit: 2));
        var path = $"/api/seller/products/{productId}/limit";

        Assert.Equal(ApiCode.StateChanged, (await seller.PutAsync(path, new { quantity = 5, read = 1 })).Code);
        Assert.Equal(ApiCode.Ok, (await seller.PutAsync(path, new { quantity = 5, read = 2 })).Code);
        Assert.Equal(5, (await seller.GetAsync(path)).Data.GetProperty("quantity").GetInt32());
    }

    [Fact]
    public async Task Product_Incomplete_NamesTheFields()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await (await app.SellerAsync()).PostAsync("/api/seller/products", new { price = 0m, imageUrl = "javascript:alert(1)" });

        Assert.Equal(ApiCode.Invalid, reply.Code);
        Assert.All(["name: ", "price: ", "imageUrl: "], field => Assert.Contains(field, reply.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sale_OfSomebodyElse_IsNotFound()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        var other = await app.NewSellerAsync();

        Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/sales/{sale.SaleId}/account")).Code);
        Assert.Equal(ApiCode.NotFound, (await other.PostAsync($"/api/seller/sales/{sale.SaleId}/pause", new { message = "x" })).Code);
        Assert.Equal(ApiCode.NotFound, (await other.PostAsync($"/api/seller/sales/{sale.SaleId}/end")).Code);
        Assert.Equal(ApiCode.NotFound, (await other.PutAsync($"/api/seller/products/{sale.ProductId}/limit", new { quantity = 5 })).Code);
        Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/products/{sale.ProductId}/limit")).Code);
        Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/products/{sale.ProductId}/vip-limits")).Code);
    }

    [Fact]
    public async Task Sale_PausedAndResumed_TellsTheShoppers()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.SellerAsync();
        var sale = await app.OpenSaleAsync(units: 1);

        Assert.Equal(ApiCode.Ok, (await seller.PostAsync($"/api/seller/sales/{sale.SaleId}/pause", new { message = "Back in a minute" })).Code);
        Assert.Equal(ApiCode.Paused, (await app.GrabAsync(sale, shopper: 1)).Code);
        var shown = await TestHouse.WaitForAsync(async () =>
        {
            var product = (await app.Anybody.GetAsync($"/api/products/{sale.ProductId}")).Data.GetProperty("sale");
            return product.GetProperty("phase").GetString() == "paused" ? product.GetProperty("message").GetString() : null;
        });
        Assert.Equal("Back in a minute", shown);

        Assert.Equal(ApiCode.Ok, (await seller.PostAsync($"/api/seller/sales/{sale.SaleId}/resume")).Code);
        Assert.NotNull(await TestHouse.WaitForAsync(async () => await app.GrabAsync(sale, shopper: 1) is { Code: ApiCode.Ok } taken ? taken : null));
    }

    [Fact]
    public async Task Sale_Planned_MayChangeUntilItOpensAndNotOverlap()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.SellerAsync();
        var sale = await app.OpenSaleAsync(units: 5, opensIn: TimeSpan.FromHours(1));
        var (productId, now) = (sale.ProductId.ToString(CultureInfo.InvariantCulture), app.Get<StoreClock>().UtcNow);

        var overlap = await seller.PostAsync("/api/seller/sales", new { productId, price = 1m, units = 1, opensAt = now.AddHours(1.5), endsAt = now.AddHours(3), paymentWindowSeconds = 60 });
        var read = await OwnAsync(seller, "sales", "saleId", sale.SaleId);
        var changed = await seller.PutAsync(
            $"/api/seller/sales/{sale.SaleId}",
            new { productId, price = 12.34m, units = 7, opensAt = now.AddHours(2), endsAt = now.AddHours(3), paymentWindowSeconds = 60, updatedAt = read.GetProperty("updatedAt").GetString() });
        var after = await OwnAsync(seller, "sales", "saleId", sale.SaleId);

        Assert.Equal((ApiCode.Overlaps, ApiCode.Ok), (overlap.Code, changed.Code));
        Assert.Equal(("12.34", 7, 60, "upcoming"), (after.GetProperty("price").GetRawText(), after.GetProperty("units").GetInt32(), after.GetProperty("paymentWindowSeconds").GetInt32(), after.GetProperty("phase").GetString()));
    }

    [Fact]
    public async Task Prolong_IntoThePast_NamesTheFieldAndItsBoundsAsTheyMustBeSent()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, sale) = (await app.SellerAsync(), await app.OpenSaleAsync(units: 1));

        var reply = await seller.PostAsync($"/api/seller/sales/{sale.SaleId}/prolong", new { endsAt = "2020-01-01T00:00:00Z" });

        Assert.Equal(ApiCode.Invalid, reply.Code);
        Assert.Matches(@"endsAt: .*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reply.Message);
    }

    [Fact]
    public async Task VipLimit_SetAndTakenAway_ReplacesTheLimit()
    {
        var app = await SharedApp.StartedAsync();
        var seller = await app.SellerAsync();
        var sale = await app.OpenSaleAsync(units: 9, limit: 1);

        Assert.Equal(ApiCode.Ok, (await seller.PutAsync($"/api/seller/products/{sale.ProductId}/vip-limits/77", new { remaining = 4 })).Code);
        Assert.Equal(1, (await seller.GetAsync($"/api/seller/products/{sale.ProductId}/limit")).Data.GetProperty("quantity").GetInt32());
        var quotas = (await seller.GetAsync($"/api/seller/products/{sale.ProductId}/vip-limits")).Data;
        Assert.Equal((1, "77", 4), (quotas.GetProperty("total").GetInt32(), quotas.GetProperty("items")[0].GetProperty("userId").GetString(), quotas.GetProperty("items")[0].GetProperty("remaining").GetInt32()));
        Assert.NotNull(await TestHouse.WaitForAsync(async () => await app.GrabAsync(sale, shopper: 77, quantity: 4) is { Code: ApiCode.Ok } taken ? taken : null));
        Assert.Equal(ApiCode.OverLimit, (await app.GrabAsync(sale, shopper: 78, quantity: 2)).Code);
        Assert.Equal(ApiCode.Invalid, (await seller.PutAsync($"/api/seller/products/{sale.ProductId}/vip-limits/77", new { })).Code);
        Assert.Equal(ApiCode.Invalid, (await seller.PutAsync($"/api/seller/products/{sale.ProductId}/vip-limits/77", new { remaining = -1 })).Code);
        Assert.Equal(ApiCode.Ok, (await seller.DeleteAsync($"/api/seller/products/{sale.ProductId}/vip-limits/77")).Code);
    }

    [Fact]
    public async Task Account_OfASale_CountsEveryUnit()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5, limit: 5);
        await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 1, quantity: 2), shopper: 1);

        var account = await app.SettledAccountAsync(sale);

        Assert.Equal(["units", "left", "queued", "awaitingPayment", "paid", "released", "difference", "redis", "sql"], account.EnumerateObject().Select(p => p.Name));
        Assert.Equal([5, 3, 0, 2, 0, 0, 0], account.EnumerateObject().SkipLast(2).Select(p => p.Value.GetInt32()));
        Assert.Equal("""{"units":5,"left":3,"held":2,"queued":0}""", account.GetProperty("redis").GetRawText());
        Assert.Equal("""{"units":5,"stock":3,"awaitingPayment":2,"paid":0,"returning":0}""", account.GetProperty("sql").GetRawText());
    }

    [Fact]
    public async Task Stock_AddedAndWithdrawn_IsSeenByTheShoppers()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, sale) = (await app.SellerAsync(), await app.OpenSaleAsync(units: 1));
        var (path, other) = ($"/api/seller/sales/{sale.SaleId}/stock", await app.NewSellerAsync());
        await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 1), shopper: 1);
        Assert.Equal(ApiCode.SoldOutForNow, (await app.GrabAsync(sale, shopper: 2)).Code);

        var added = await WithKey(seller, "add").PostAsync(path, new { delta = 3 });
        var again = await WithKey(seller, "add").PostAsync(path, new { delta = 3 });
        var reused = await WithKey(seller, "add").PostAsync(path, new { delta = 2 });
        var tooMany = await WithKey(seller, "much").PostAsync(path, new { delta = -4 });
        var withdrawn = await WithKey(seller, "less").PostAsync(path, new { delta = -1 });
        Assert.Equal((ApiCode.Ok, ApiCode.Ok, ApiCode.KeyReused, ApiCode.SoldOutForNow, ApiCode.Ok), (added.Code, again.Code, reused.Code, tooMany.Code, withdrawn.Code));
        Assert.Equal(3, tooMany.Data.GetProperty("left").GetInt32());

        var broken = await seller.PostAsync(path, new { delta = 0 });
        Assert.Equal(ApiCode.Invalid, broken.Code);
        Assert.All(["delta: ", "Idempotency-Key: "], field => Assert.Contains(field, broken.Message, StringComparison.Ordinal));
        Assert.Equal(ApiCode.NotFound, (await WithKey(other, "add").PostAsync(path, new { delta = 1 })).Code);

        Assert.NotNull(await TestHouse.WaitForAsync(async () => await app.GrabAsync(sale, shopper: 2) is { Code: ApiCode.Ok } taken ? taken : null));
        Assert.NotNull(await TestHouse.WaitForAsync(async () =>
            (await app.Anybody.GetAsync($"/api/products/{sale.ProductId}")).Data.GetProperty("sale") is var shown && (shown.GetProperty("units").GetInt32(), shown.GetProperty("left").GetInt32()) == (3, 1) ? "so" : null));

        static Caller WithKey(Caller caller, string key) => caller.And(("Idempotency-Key", key));
    }

    [Fact]
    public async Task Application_Approved_MakesASeller()
    {
        var app = await SharedApp.StartedAsync();
        var (shopper, admin) = (await app.RegisterAsync(), await app.AdminAsync());
        Assert.Equal(ApiCode.NotFound, (await shopper.GetAsync("/api/seller/application")).Code);

        var applied = await shopper.PostAsync("/api/seller/application", new { message = "I make lamps." });
        var listed = (await admin.GetAsync($"/api/admin/users?query={shopper.UserName}&applicants=true")).Data.GetProperty("items")[0];
        Assert.Equal(ApiCode.Invalid, (await admin.GetAsync("/api/admin/users?applicants=many")).Code);
        await admin.PutAsync($"/api/admin/users/{shopper.UserId}/role", new { role = "seller" });

        Assert.Equal(0, (await admin.GetAsync($"/api/admin/users?query={shopper.UserName}&applicants=true")).Data.GetProperty("total").GetInt32());
        Assert.Equal("pending", applied.Data.GetProperty("status").GetString());
        Assert.Equal("I make lamps.", listed.GetProperty("application").GetProperty("message").GetString());
        Assert.Equal("approved", (await shopper.GetAsync("/api/seller/application")).Data.GetProperty("status").GetString());
        Assert.Equal(ApiCode.Ok, (await shopper.GetAsync("/api/seller/sales")).Code);
        Assert.Equal(ApiCode.StateChanged, (await shopper.PostAsync("/api/seller/application", new { message = "Again" })).Code);
    }

    [Fact]
    public async Task LastAdmin_Demoted_StaysOne()
    {
        await using var app = await SeckillApp.StartAsync();
        var admin = await app.AdminAsync();

        Assert.Equal(ApiCode.StateChanged, (await admin.PutAsync($"/api/admin/users/{admin.UserId}/role", new { role = "shopper" })).Code);
        Assert.Equal(ApiCode.Invalid, (await admin.PutAsync($"/api/admin/users/{admin.UserId}/role", new { })).Code);
        Assert.Equal(ApiCode.Invalid, (await admin.PutAsync($"/api/admin/users/{admin.UserId}/role", new { role = "king" })).Code);
        Assert.Equal(ApiCode.NotFound, (await admin.PutAsync("/api/admin/users/12345/role", new { role = "seller" })).Code);
    }

    [Fact]
    public async Task Import_OfAnOlderSystem_TakesAllOrNone()
    {
        var app = await SharedApp.StartedAsync();
        var admin = await app.AdminAsync();
        var (one, two) = ($"import-{Guid.NewGuid():N}"[..20], $"import-{Guid.NewGuid():N}"[..20]);
        // MD5 of "password", as older systems kept it.
        const string Hash = "5f4dcc3b5aa765d61d8327deb882cf99";

        var broken = await admin.PostAsync("/api/admin/users/import", new object[] { User(one), new { userName = "x", passwordHash = Hash, firstName = "A", lastName = "B" } });
        var twisted = await admin.PostAsync("/api/admin/users/import", new object?[] { User(one), new { userName = 5 } });
        var missing = await admin.PostAsync("/api/admin/users/import", new object?[] { User(one), null });
        var done = await admin.PostAsync("/api/admin/users/import", new object[] { User(one), User(two) });

        Assert.Equal((ApiCode.Invalid, ApiCode.Invalid, ApiCode.Invalid, ApiCode.Ok), (broken.Code, twisted.Code, missing.Code, done.Code));
        Assert.All([broken, twisted, missing], reply => Assert.Contains("users[1]", reply.Message, StringComparison.Ordinal));
        Assert.Equal(2, done.Data.GetProperty("userIds").GetArrayLength());
        Assert.Equal("seller", (await (await app.SignInAsync(two, "password")).GetAsync("/api/users/me")).Data.GetProperty("role").GetString());

        static object User(string userName) => new { userName, passwordHash = Hash, firstName = "Old", lastName = "Hand", role = "seller" };
    }

    private static async Task<JsonElement> OwnAsync(Caller seller, string list, string idName, long id) =>
        (await seller.GetAsync($"/api/seller/{list}?limit=100")).Data.GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty(idName).GetString() == id.ToString(CultureInfo.InvariantCulture));
}
