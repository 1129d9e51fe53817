using Microsoft.EntityFrameworkCore;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Sales;

public sealed class SellerSalesTests
{
    private const long Seller = 1;
    private const long Stranger = 2;

    [Fact]
    public async Task Plan_Valid_MakesTheSaleAndItsStock()
    {
        await using var database = await StartAsync();
        var draft = await DraftAsync(database);

        var result = await database.Get<SellerSales>().PlanAsync(Seller, draft, Token);

        Assert.Equal(SellerOutcome.Done, result.Outcome);
        var sale = Assert.Single((await database.Get<SellerSales>().ListAsync(Seller, 0, 20, Token)).Items);
        Assert.Equal(
            new SellerSaleView(
                result.Id, draft.ProductId!.Value, "Kettle", 199_00, 100, draft.OpensAt!.Value, draft.EndsAt!.Value, TimeSpan.FromMinutes(15), SalePhase.Upcoming, null, database.Now),
            sale);
        Assert.Equal((result.Id, 100), await database.ReadAsync(db => db.Stocks.SingleAsync(Token)) is var stock ? (stock.SaleId, stock.SeckillStock) : default);
    }

    public static TheoryData<string, string, Func<SaleDraft, DateTime, SaleDraft>> Broken => new()
    {
        { "productId", "required", (d, _) => d with { ProductId = null } },
        { "price", "required", (d, _) => d with { PriceCents = null } },
        { "price", "range", (d, _) => d with { PriceCents = 0 } },
        { "price", "range", (d, _) => d with { PriceCents = 100_000_001 } },
        { "units", "required", (d, _) => d with { Units = null } },
        { "units", "range", (d, _) => d with { Units = 0 } },
        { "units", "range", (d, _) => d with { Units = 10_000_001 } },
        { "opensAt", "required", (d, _) => d with { OpensAt = null } },
        { "endsAt", "required", (d, _) => d with { EndsAt = null } },
        { "endsAt", "range", (d, _) => d with { EndsAt = d.OpensAt } },
        { "endsAt", "range", (d, _) => d with { EndsAt = d.OpensAt!.Value.AddTicks(9_999) } },
        { "endsAt", "range", (d, now) => d with { OpensAt = now.AddHours(-2), EndsAt = now } },
        { "endsAt", "range", (d, _) => d with { EndsAt = d.OpensAt!.Value.AddDays(90).AddMilliseconds(1) } },
        { "endsAt", "range", (d, _) => d with { OpensAt = DateTime.MinValue, EndsAt = DateTime.MaxValue } },
        { "paymentWindowSeconds", "range", (d, _) => d with { PaymentWindowSeconds = 0 } },
        { "paymentWindowSeconds", "range", (d, _) => d with { PaymentWindowSeconds = (30 * 86_400) + 1 } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Plan_RuleBroken_SaysWhich(string field, string rule, Func<SaleDraft, DateTime, SaleDraft> breakIt)
    {
        await using var database = await StartAsync();

        var result = await database.Get<SellerSales>().PlanAsync(Seller, breakIt(await DraftAsync(database), database.Now), Token);

        Assert.Equal(SellerOutcome.Invalid, result.Outcome);
        Assert.Equal((field, rule), Assert.Single(result.Errors!) is var error ? (error.Field, error.Rule) : default);
    }

    public static TheoryData<Func<SaleDraft, DateTime, SaleDraft>> Allowed => new()
    {
        (d, now) => d with { OpensAt = now, EndsAt = now.AddMilliseconds(1) },
        (d, now) => d with { OpensAt = now.AddDays(-1), EndsAt = now.AddDays(89) },
        (d, _) => d with { Units = 10_000_000, PriceCents = 1, PaymentWindowSeconds = 1 },
        (d, _) => d with { Units = 1, PriceCents = 100_000_000, PaymentWindowSeconds = 30 * 86_400 },
    };

    [Theory]
    [MemberData(nameof(Allowed), DisableDiscoveryEnumeration = true)]
    public async Task Plan_AtTheBounds_IsTaken(Func<SaleDraft, DateTime, SaleDraft> stretch)
    {
        await using var database = await StartAsync();

        Assert.Equal(SellerOutcome.Done, (await database.Get<SellerSales>().PlanAsync(Seller, stretch(await DraftAsync(database), database.Now), Token)).Outcome);
    }

    [Fact]
    public async Task Plan_OverlapsAnother_IsRefused()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database);
        await sales.PlanAsync(Seller, draft, Token);
        var (opens, ends) = (draft.OpensAt!.Value, draft.EndsAt!.Value);

        Assert.Equal(SellerOutcome.Overlaps, await OutcomeAsync(draft));
        Assert.Equal(SellerOutcome.Overlaps, await OutcomeAsync(draft with { OpensAt = opens.AddMinutes(-1), EndsAt = opens.AddMilliseconds(1) }));
        Assert.Equal(SellerOutcome.Overlaps, await OutcomeAsync(draft with { OpensAt = ends.AddMilliseconds(-1), EndsAt = ends.AddHours(1) }));
        Assert.Equal(SellerOutcome.Overlaps, await OutcomeAsync(draft with { OpensAt = opens.AddMinutes(1), EndsAt = ends.AddMinutes(-1) }));
        Assert.Equal(SellerOutcome.Overlaps, await OutcomeAsync(draft with { OpensAt = opens.AddMinutes(-1), EndsAt = ends.AddMinutes(1) }));
        Assert.Equal(SellerOutcome.Done, await OutcomeAsync(draft with { OpensAt = ends, EndsAt = ends.AddHours(1) }));
        Assert.Equal(SellerOutcome.Done, await OutcomeAsync(draft with { OpensAt = opens.AddMinutes(-1), EndsAt = opens }));
        Assert.Equal(SellerOutcome.Done, await OutcomeAsync(await DraftAsync(database)));

        async Task<SellerOutcome> OutcomeAsync(SaleDraft another) => (await sales.PlanAsync(Seller, another, Token)).Outcome;
    }

    [Fact]
    public async Task Plan_ManyAtOnce_OneIsPlanned()
    {
        await using var database = await StartAsync();
        var draft = await DraftAsync(database);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => database.Get<SellerSales>().PlanAsync(Seller, draft, Token), Token)));

        Assert.Equal(1, results.Count(r => r.Outcome is SellerOutcome.Done));
        Assert.Equal(15, results.Count(r => r.Outcome is SellerOutcome.Overlaps));
        Assert.Equal(1, await database.ReadAsync(db => db.Stocks.CountAsync(Token)));
    }

    [Fact]
    public async Task Anything_SomebodyElses_IsNotFound()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database);
        var id = (await sales.PlanAsync(Seller, draft, Token)).Id;

        Assert.Equal(SellerOutcome.NotFound, (await sales.PlanAsync(Stranger, draft, Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await sales.UpdateAsync(Stranger, id, draft, database.Now, Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await sales.UpdateAsync(Seller, id + 1, draft, database.Now, Token)).Outcome);
        Assert.Equal(0, (await sales.ListAsync(Stranger, 0, 20, Token)).Total);
    }

    [Fact]
    public async Task Update_BeforeItOpens_ChangesSaleAndStockOnce()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database) with { PaymentWindowSeconds = 60 };
        var id = (await sales.PlanAsync(Seller, draft, Token)).Id;
        var read = await FindAsync(database, id);
        var changed = draft with { ProductId = null, PriceCents = 5, Units = 7, EndsAt = draft.EndsAt!.Value.AddMinutes(-30), PaymentWindowSeconds = null };

        Assert.Equal(SellerOutcome.Done, (await sales.UpdateAsync(Seller, id, changed, read.UpdatedAt, Token)).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await sales.UpdateAsync(Seller, id, draft, read.UpdatedAt, Token)).Outcome);

        var sale = await FindAsync(database, id);
        Assert.Equal((5L, 7, changed.EndsAt.Value, TimeSpan.FromMinutes(1)), (sale.PriceCents, sale.Units, sale.EndsAt, sale.PaymentWindow));
        Assert.Equal((1, 7), await database.ReadAsync(async db =>
            ((await db.FlashSales.SingleAsync(Token)).Generation, (await db.Stocks.SingleAsync(Token)).SeckillStock)));
    }

    [Fact]
    public async Task Update_BeforeItOpens_IsInTheAuditTrail()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database) with { PriceCents = 1_00, Units = 10, OpensAt = database.Now.AddHours(1), EndsAt = database.Now.AddHours(2), PaymentWindowSeconds = 60 };
        var id = (await sales.PlanAsync(Seller, draft, Token)).Id;
        var updatedAt = (await FindAsync(database, id)).UpdatedAt;

        await sales.UpdateAsync(Seller, id, draft with { PriceCents = 99_50, Units = 12 }, updatedAt, Token);
        await sales.UpdateAsync(Seller, id, draft with { PriceCents = 99_50, Units = 12 }, (await FindAsync(database, id)).UpdatedAt, Token);

        var entry = Assert.Single((await database.Get<AuditTrail>().ListAsync(Seller, id, Token))!);
        Assert.Equal(("edit", Seller), (entry.Action, entry.UserId));
        Assert.StartsWith("""{"price":1,"units":10,"opensAt":"2026-06-18T13:00:00Z",""", entry.Before, StringComparison.Ordinal);
        Assert.StartsWith("""{"price":99.5,"units":12,"opensAt":"2026-06-18T13:00:00Z",""", entry.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_OnceOpen_IsRefused()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database);
        var id = (await sales.PlanAsync(Seller, draft, Token)).Id;
        database.Time.Advance(draft.OpensAt!.Value - database.Now);

        Assert.Equal(SellerOutcome.StateChanged, (await sales.UpdateAsync(Seller, id, draft, (await FindAsync(database, id)).UpdatedAt, Token)).Outcome);
    }

    [Fact]
    public async Task End_BeforeItOpens_CallsItOffAndLeavesItsTimeFree()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sales = house.Get<SellerSales>();
        var planned = await house.OpenSaleAsync(units: 5, opensIn: TimeSpan.FromMinutes(5));
        var before = (await sales.FindAsync(TestHouse.Seller, planned.SaleId, TestHouse.Token))!;

        Assert.Equal(SellerOutcome.Done, (await sales.EndAsync(TestHouse.Seller, planned.SaleId, TestHouse.Token)).Outcome);
        Assert.Equal(SellerOutcome.Done, (await sales.EndAsync(TestHouse.Seller, planned.SaleId, TestHouse.Token)).Outcome);

        var after = (await sales.FindAsync(TestHouse.Seller, planned.SaleId, TestHouse.Token))!;
        Assert.Equal(SalePhase.Ended, after.Phase);
        var draft = new SaleDraft(planned.ProductId, 4900, 5, before.OpensAt, before.EndsAt, null);
        Assert.Equal(SellerOutcome.StateChanged, (await sales.UpdateAsync(TestHouse.Seller, planned.SaleId, draft, after.UpdatedAt, TestHouse.Token)).Outcome);

        // Also one that has begun before the other was called off, and goes on when that would have opened.
        var instead = await sales.PlanAsync(TestHouse.Seller, draft with { OpensAt = house.Now.AddMinutes(-1) }, TestHouse.Token);
        Assert.Equal(SellerOutcome.Done, instead.Outcome);
        house.Time.Turn(TimeSpan.FromMinutes(6));
        await house.OrderAsync(planned, user: 7);
        Assert.Equal((5, 4, 0, 1), await house.NumbersAsync(new(instead.Id, planned.ProductId)));
        Assert.Equal(0, await house.ReadAsync(db => db.Orders.CountAsync(o => o.SaleId == planned.SaleId)));
    }

    [Fact]
    public async Task Update_OntoAnother_IsRefused()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database);
        await sales.PlanAsync(Seller, draft, Token);
        var later = draft with { OpensAt = draft.OpensAt!.Value.AddDays(1), EndsAt = draft.EndsAt!.Value.AddDays(1) };
        var id = (await sales.PlanAsync(Seller, later, Token)).Id;
        var updatedAt = (await FindAsync(database, id)).UpdatedAt;

        Assert.Equal(SellerOutcome.Overlaps, (await sales.UpdateAsync(Seller, id, draft, updatedAt, Token)).Outcome);
        Assert.Equal(SellerOutcome.Invalid, (await sales.UpdateAsync(Seller, id, later with { ProductId = 9 }, updatedAt, Token)).Outcome);
        Assert.Equal(SellerOutcome.Done, (await sales.UpdateAsync(Seller, id, later with { OpensAt = later.OpensAt.Value.AddMinutes(1) }, updatedAt, Token)).Outcome);
    }

    [Fact]
    public async Task List_AsTimePasses_ShowsThePhase()
    {
        await using var database = await StartAsync();
        var sales = database.Get<SellerSales>();
        var draft = await DraftAsync(database);
        var id = (await sales.PlanAsync(Seller, draft, Token)).Id;
        Assert.Equal(SalePhase.Upcoming, (await FindAsync(database, id)).Phase);

        database.Time.Advance(draft.OpensAt!.Value - database.Now);
        Assert.Equal(SalePhase.Open, (await FindAsync(database, id)).Phase);

        var order = new Order { OrderId = 1, SaleId = id, SeckillId = 1, Quantity = 100, Status = OrderStatus.PendingPayment };
        await database.ReadAsync(async db =>
        {
            db.Orders.Add(order);
            await db.SaveChangesAsync(Token);
            return await db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, 0), Token);
        });
        Assert.Equal(SalePhase.SoldOutForNow, (await FindAsync(database, id)).Phase);

        await database.ReadAsync(db => db.Orders.ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.Paid), Token));
        Assert.Equal(SalePhase.SoldOut, (await FindAsync(database, id)).Phase);

        await database.ReadAsync(db => db.FlashSales.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SaleState.Paused), Token));
        Assert.Equal(SalePhase.Paused, (await FindAsync(database, id)).Phase);

        database.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(SalePhase.Ended, (await FindAsync(database, id)).Phase);
    }

    [Fact]
    public async Task Stock_BelowZero_IsImpossible()
    {
        await using var database = await StartAsync();
        await database.Get<SellerSales>().PlanAsync(Seller, await DraftAsync(database), Token);

        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            database.ReadAsync(db => db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, s => s.SeckillStock - 101), Token)));
    }

    /// <summary>100 kettles from in an hour until in two, of a new product.</summary>
    private static async Task<SaleDraft> DraftAsync(TestDatabase database)
    {
        var product = await database.Get<SellerProducts>().CreateAsync(Seller, new("Kettle", null, 399_00, null), Token);
        return new(product.Id, 199_00, 100, database.Now.AddHours(1), database.Now.AddHours(2), null);
    }

    private static async Task<SellerSaleView> FindAsync(TestDatabase database, long saleId) =>
        (await database.Get<SellerSales>().ListAsync(Seller, 0, 20, Token)).Items.Single(s => s.SaleId == saleId);
}
