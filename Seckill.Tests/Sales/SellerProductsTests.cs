using Microsoft.EntityFrameworkCore;
using Seckill.Core.Catalog;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Sales;

public sealed class SellerProductsTests
{
    private const long Seller = 1;
    private const long Stranger = 2;

    private static readonly ProductDraft Kettle = new("Kettle", "Boils", 399_00, "/demo/kettle.svg");

    [Fact]
    public async Task Create_Valid_CanBeRead()
    {
        await using var database = await StartAsync();

        var result = await database.Get<SellerProducts>().CreateAsync(Seller, new(" Kettle ", null, 1, " "), Token);

        Assert.Equal(SellerOutcome.Done, result.Outcome);
        Assert.Equal(
            new ProductView(result.Id, "Kettle", "", 1, null, Seller, database.Now), await database.Get<ProductQueries>().FindAsync(result.Id, Token));
    }

    public static TheoryData<string, string, string?, string?, long?, string?> Broken => new()
    {
        { "name", "required", null, null, 1, null },
        { "name", "required", "  ", null, 1, null },
        { "name", "tooLong", new string('x', 101), null, 1, null },
        { "description", "tooLong", "x", new string('x', 4001), 1, null },
        { "price", "required", "x", null, null, null },
        { "price", "range", "x", null, 0, null },
        { "price", "range", "x", null, 100_000_001, null },
        { "imageUrl", "tooLong", "x", null, 1, "/" + new string('x', 500) },
        { "imageUrl", "format", "x", null, 1, "//elsewhere.example/x.png" },
        { "imageUrl", "format", "x", null, 1, "/\\elsewhere.example/x.png" },
        { "imageUrl", "format", "x", null, 1, "javascript:alert(1)" },
        { "imageUrl", "format", "x", null, 1, "data:image/png;base64,AAAA" },
        { "imageUrl", "format", "x", null, 1, "picture.png" },
        { "imageUrl", "format", "x", null, 1, "/a b.png" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Create_RuleBroken_SaysWhich(string field, string rule, string? name, string? description, long? price, string? imageUrl)
    {
        await using var database = Create();

        var result = await database.Get<SellerProducts>().CreateAsync(Seller, new(name, description, price, imageUrl), Token);

        Assert.Equal(SellerOutcome.Invalid, result.Outcome);
        Assert.Equal((field, rule), Assert.Single(result.Errors!) is var error ? (error.Field, error.Rule) : default);
    }

    [Theory]
    [InlineData("https://pictures.example/x.png")]
    [InlineData("http://pictures.example/x.png")]
    [InlineData("/uploads/x.png")]
    public async Task Create_LargestOfEverything_IsTaken(string imageUrl)
    {
        await using var database = await StartAsync();
        var draft = new ProductDraft(new string('名', 100), new string('字', 4000), 100_000_000, imageUrl);

        Assert.Equal(SellerOutcome.Done, (await database.Get<SellerProducts>().CreateAsync(Seller, draft, Token)).Outcome);
    }

    [Fact]
    public async Task Update_AsRead_ChangesOnce()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        var read = (await database.Get<ProductQueries>().FindAsync(id, Token))!.UpdatedAt;

        // The clock stands still, and yet the second change must notice the first.
        Assert.Equal(SellerOutcome.Done, (await products.UpdateAsync(Seller, id, Kettle with { PriceCents = 5 }, read, Token)).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await products.UpdateAsync(Seller, id, Kettle with { PriceCents = 6 }, read, Token)).Outcome);

        var now = (await database.Get<ProductQueries>().FindAsync(id, Token))!;
        Assert.Equal(5, now.PriceCents);
        Assert.Equal(SellerOutcome.Done, (await products.UpdateAsync(Seller, id, Kettle, now.UpdatedAt, Token)).Outcome);
    }

    [Fact]
    public async Task Anything_SomebodyElsesProduct_IsNotFound()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;

        Assert.Equal(SellerOutcome.NotFound, (await products.UpdateAsync(Stranger, id, Kettle, database.Now, Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await products.SetLimitAsync(Stranger, id, 2, read: null, Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await products.SetVipLimitAsync(Stranger, id, 7, 2, Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await products.UpdateAsync(Seller, id + 1, Kettle, database.Now, Token)).Outcome);
        Assert.Equal(0, await database.ReadAsync(db => db.PurchaseLimits.CountAsync(Token)));
    }

    [Fact]
    public async Task SetLimit_Twice_KeepsOneRowAndReachesTheLiveSale()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        var open = await PlanAsync(database, id, database.Now);
        var closed = await PlanAsync(database, id, database.Now.AddDays(1));
        await database.ReadAsync(db => db.FlashSales.Where(s => s.SaleId == closed).ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SaleState.Closed), Token));
        database.Time.Advance(TimeSpan.FromSeconds(1));

        await products.SetLimitAsync(Seller, id, 2, read: null, Token);
        await products.SetLimitAsync(Seller, id, 3, read: null, Token);

        Assert.Equal([3], await database.ReadAsync(db => db.PurchaseLimits.Select(l => l.Quantity).ToListAsync(Token)));
        var sales = await database.ReadAsync(db => db.FlashSales.ToDictionaryAsync(s => s.SaleId, s => (s.Generation, s.UpdatedAt), Token));
        Assert.Equal((2, database.Now.AddSeconds(-1)), sales[open]);
        Assert.Equal((0, database.Now.AddSeconds(-1)), sales[closed]);
    }

    [Fact]
    public async Task SetLimit_ChangedSinceItWasRead_IsLeftAlone()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        await PlanAsync(database, id, database.Now);

        Assert.Equal(SellerOutcome.Done, (await products.SetLimitAsync(Seller, id, 2, read: PurchaseLimit.Default, Token)).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await products.SetLimitAsync(Seller, id, 3, read: PurchaseLimit.Default, Token)).Outcome);

        Assert.Equal(2, (await database.Get<SellerProductQueries>().FindAsync(Seller, id, Token))!.Value.Limit);
        Assert.Equal(1, await database.ReadAsync(db => db.FlashSales.Select(s => s.Generation).SingleAsync(Token)));
        Assert.Equal(SellerOutcome.Done, (await products.SetLimitAsync(Seller, id, 3, read: 2, Token)).Outcome);
    }

    [Fact]
    public async Task SetVipLimit_SetChangeTakeAway_FollowsAndReachesTheLiveSale()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        await PlanAsync(database, id, database.Now);

        await products.SetVipLimitAsync(Seller, id, 7, 0, Token);
        await products.SetVipLimitAsync(Seller, id, 7, 5, Token);
        await products.SetVipLimitAsync(Seller, id, 8, 1, Token);
        Assert.Equal([(7, 5), (8, 1)], (await database.ReadAsync(db => db.VipPurchaseLimits.ToListAsync(Token))).Select(l => (l.UserId, l.Remaining)));

        await products.SetVipLimitAsync(Seller, id, 7, null, Token);
        Assert.Equal([8L], await database.ReadAsync(db => db.VipPurchaseLimits.Select(l => l.UserId).ToListAsync(Token)));
        Assert.Equal(4, await database.ReadAsync(db => db.FlashSales.Select(s => s.Generation).SingleAsync(Token)));
    }

    [Theory]
    [InlineData(null, "required")]
    [InlineData(0, "range")]
    [InlineData(10_001, "range")]
    public async Task SetLimit_OutOfBounds_SaysSo(int? quantity, string rule)
    {
        await using var database = Create();

        var result = await database.Get<SellerProducts>().SetLimitAsync(Seller, 1, quantity, read: null, Token);

        Assert.Equal(("quantity", rule), Assert.Single(result.Errors!) is var error ? (error.Field, error.Rule) : default);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public async Task SetVipLimit_OutOfBounds_SaysSo(int remaining)
    {
        await using var database = Create();

        var result = await database.Get<SellerProducts>().SetVipLimitAsync(Seller, 1, 7, remaining, Token);

        Assert.Equal(("remaining", "range"), Assert.Single(result.Errors!) is var error ? (error.Field, error.Rule) : default);
    }

    [Fact]
    public async Task Archive_ProductWithoutSale_LeavesTheShopAndComesBack()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        var other = (await products.CreateAsync(Seller, Kettle with { Name = "Lamp" }, Token)).Id;
        var read = database.Now;

        Assert.Equal(SellerOutcome.NotFound, (await products.ArchiveAsync(Stranger, id, archived: true, read, Token)).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await products.ArchiveAsync(Seller, id, archived: true, read.AddSeconds(-1), Token)).Outcome);
        Assert.Equal(SellerOutcome.Done, (await products.ArchiveAsync(Seller, id, archived: true, read, Token)).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await products.ArchiveAsync(Seller, id, archived: false, read, Token)).Outcome);

        var catalog = database.Get<ProductQueries>();
        var queries = database.Get<SellerProductQueries>();
        var archived = (await catalog.FindAsync(id, Token))!;
        Assert.True(archived.Archived);
        Assert.Equal([other], (await catalog.ListAsync(0, 10, Token)).Items.Select(p => p.ProductId));
        Assert.Equal([other], await OwnAsync(false));
        Assert.Equal([id], await OwnAsync(true));
        Assert.Equal([other, id], await OwnAsync(null));
        Assert.Equal(("productId", "archived"), (await PlanResultAsync(database, id, database.Now)).Errors!.Single() is var error ? (error.Field, error.Rule) : default);

        Assert.Equal(SellerOutcome.Done, (await products.ArchiveAsync(Seller, id, archived: false, archived.UpdatedAt, Token)).Outcome);
        Assert.Equal([other, id], (await catalog.ListAsync(0, 10, Token)).Items.Select(p => p.ProductId));
        Assert.Equal(SellerOutcome.Done, (await PlanResultAsync(database, id, database.Now)).Outcome);

        async Task<IEnumerable<long>> OwnAsync(bool? which) =>
            (await queries.ListAsync(Seller, null, which, ProductOrder.Newest, descending: true, 0, 10, Token)).Items.Select(p => p.ProductId);
    }

    [Theory]
    [InlineData(-1, false, false)] // Open.
    [InlineData(-1, true, false)] // Paused.
    [InlineData(24, false, false)] // Planned.
    [InlineData(-3, false, true)] // Ended, and perhaps not all of it paid.
    public async Task Archive_ProductWithSale_DependsOnWhetherItHasEnded(int opensIn, bool paused, bool can)
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        await database.ReadAsync(async db =>
        {
            var opensAt = database.Now.AddHours(opensIn);
            db.FlashSales.Add(new() { SaleId = 99, ProductId = id, SellerId = Seller, OpensAt = opensAt, EndsAt = opensAt.AddHours(2), State = paused ? SaleState.Paused : SaleState.Open });
            return await db.SaveChangesAsync(Token);
        });

        Assert.Equal(can ? SellerOutcome.Done : SellerOutcome.OnSale, (await products.ArchiveAsync(Seller, id, archived: true, database.Now, Token)).Outcome);
    }

    [Fact]
    public async Task Audit_LimitsQuotasAndArchive_AreInTheProductsTrail()
    {
        await using var database = await StartAsync();
        var products = database.Get<SellerProducts>();
        var id = (await products.CreateAsync(Seller, Kettle, Token)).Id;
        var updatedAt = database.Now;
        await products.SetLimitAsync(Seller, id, 3, read: null, Token);
        await products.SetLimitAsync(Seller, id, 3, read: null, Token);
        await products.SetVipLimitAsync(Seller, id, 7, 5, Token);
        await products.SetVipLimitAsync(Seller, id, 7, 5, Token);
        await products.SetVipLimitAsync(Seller, id, 7, null, Token);
        await products.SetVipLimitAsync(Seller, id, 7, null, Token);
        await products.ArchiveAsync(Seller, id, archived: true, updatedAt, Token);
        var trail = database.Get<AuditTrail>();

        var page = (await trail.ListOfProductAsync(Seller, id, 0, 10, Token))!;

        Assert.Equal(
            [
                ("archive", """{"archived":false}""", """{"archived":true}"""),
                ("quota", """{"user":"7","quota":5}""", """{"user":"7","quota":null}"""),
                ("quota", """{"user":"7","quota":null}""", """{"user":"7","quota":5}"""),
                ("limit", """{"limit":1}""", """{"limit":3}"""),
            ],
            page.Items.Select(e => (e.Action, e.Before, e.After)));
        Assert.All(page.Items, e => Assert.Equal((Seller, database.Now), (e.UserId, e.At)));
        Assert.Equal(4, page.Total);
        Assert.Equal(["quota"], (await trail.ListOfProductAsync(Seller, id, 1, 1, Token))!.Items.Select(e => e.Action));
        Assert.Null(await trail.ListOfProductAsync(Stranger, id, 0, 10, Token));
    }

    private static Task<SellerResult> PlanResultAsync(TestDatabase database, long productId, DateTime opensAt) =>
        database.Get<SellerSales>().PlanAsync(Seller, new(productId, 100, 10, opensAt, opensAt.AddHours(1), null), Token);

    private static async Task<long> PlanAsync(TestDatabase database, long productId, DateTime opensAt) =>
        (await database.Get<SellerSales>().PlanAsync(Seller, new(productId, 100, 10, opensAt, opensAt.AddHours(1), null), Token)).Id;
}
