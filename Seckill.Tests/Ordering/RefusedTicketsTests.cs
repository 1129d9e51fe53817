using Microsoft.EntityFrameworkCore;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Ordering;

public sealed class RefusedTicketsTests
{
    private const long Admin = 1;
    private const long Shopper = 666;
    private const string Poison = "CREATE TRIGGER poison BEFORE INSERT ON Orders WHEN NEW.BuyerId = 666 BEGIN SELECT RAISE(ABORT, 'rejected'); END";

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task GrabAgain_RefusedTicket_IsAnOrderUnderANewIdOnce(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 5, limit: 2);
        var refused = await RefuseAsync(house, sale);
        var tickets = house.Get<RefusedTickets>();
        var listed = Assert.Single((await tickets.ListAsync(0, 10, TestHouse.Token)).Items);
        Assert.Equal((refused, sale.SaleId, Shopper, 2, RefusalReason.Unwritable), (listed.SeckillId, listed.SaleId, listed.UserId, listed.Quantity, listed.Reason));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tickets.GrabAgainAsync(Admin, refused, TestHouse.Token)));

        var again = Assert.Single(results.Select(r => (r!.Value.Outcome, r.Value.SeckillId)).Distinct());
        Assert.Equal(GrabOutcome.Granted, again.Outcome);
        Assert.NotEqual(refused, again.SeckillId);
        Assert.Equal(2, (await house.OrderOfAsync(again.SeckillId, Shopper)).Quantity);
        Assert.Equal(3, (await house.SettledAccountAsync(sale)).Left);
        Assert.Equal((null, again.SeckillId), (listed.GrabbedAgainAs, (await tickets.ListAsync(0, 10, TestHouse.Token)).Items.Single().GrabbedAgainAs));
        Assert.Equal(("again", Admin), (await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!.Select(entry => (entry.Action, entry.UserId)).Single());
    }

    [Fact]
    public async Task GrabAgain_ByTheRulesThatHoldForEverybody()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 2, limit: 2);
        var refused = await RefuseAsync(house, sale);
        var other = await house.OrderAsync(sale, user: 7, quantity: 2);

        Assert.Null(await house.Get<RefusedTickets>().GrabAgainAsync(Admin, other.SeckillId, TestHouse.Token));
        Assert.Null(await house.Get<RefusedTickets>().GrabAgainAsync(Admin, 12345, TestHouse.Token));
        Assert.Equal(GrabOutcome.SoldOutForNow, (await house.Get<RefusedTickets>().GrabAgainAsync(Admin, refused, TestHouse.Token))!.Value.Outcome);
        house.Time.Turn(TimeSpan.FromHours(2));
        Assert.Equal(GrabOutcome.Ended, (await house.Get<RefusedTickets>().GrabAgainAsync(Admin, refused, TestHouse.Token))!.Value.Outcome);
    }

    [Fact]
    public async Task Api_RefusedTickets_AreTheAdminsToSeeAndToGrabAgain()
    {
        await using var app = await SeckillApp.StartAsync();
        var sale = await app.OpenSaleAsync(units: 3);
        var factory = app.Get<IDbContextFactory<SeckillDbContext>>();
        await UseAsync(factory, db => db.Database.ExecuteSqlRawAsync(Poison));
        await app.Shopper(Shopper).GrabAsync(sale, 1);
        await UseAsync(factory, db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER poison"));
        var admin = await app.AdminAsync();

        var list = await admin.GetAsync("/api/admin/refused-tickets");
        var ticket = list.Data.GetProperty("items")[0];
        Assert.Equal(("unwritable", "666", 1), (ticket.GetProperty("reason").GetString(), ticket.GetProperty("userId").GetString(), list.Data.GetProperty("total").GetInt32()));
        var path = $"/api/admin/refused-tickets/{ticket.GetProperty("seckillId").GetString()}/grab";
        Assert.Equal(ApiCode.NotAllowed, (await app.Shopper(Shopper).PostAsync(path, null)).Code);
        Assert.Equal(ApiCode.NotFound, (await admin.PostAsync("/api/admin/refused-tickets/12345/grab", null)).Code);

        var again = await admin.PostAsync(path, null);

        Assert.Equal(ApiCode.Ok, again.Code);
        Assert.Equal(
            again.Data.GetProperty("seckillId").GetString(),
            (await admin.GetAsync("/api/admin/refused-tickets")).Data.GetProperty("items")[0].GetProperty("grabbedAgainAs").GetString());
        Assert.Equal("pendingPayment", (await app.Shopper(Shopper).GetAsync($"/api/seckill/{again.Data.GetProperty("seckillId").GetString()}")).Data.GetProperty("status").GetString());
    }

    /// <summary>A ticket of two units that the ledger would not write.</summary>
    internal static async Task<long> RefuseAsync(TestHouse house, TestSale sale)
    {
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync(Poison));
        var refused = await house.QueueAsync(sale, Shopper, quantity: 2);
        await TestHouse.WaitForAsync(async () => await house.StatusAsync(refused, Shopper) == SeckillStatus.Refused);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER poison"));
        return refused;
    }

    private static async Task UseAsync(IDbContextFactory<SeckillDbContext> factory, Func<SeckillDbContext, Task> use)
    {
        await using var db = await factory.CreateDbContextAsync();
        await use(db);
    }
}
