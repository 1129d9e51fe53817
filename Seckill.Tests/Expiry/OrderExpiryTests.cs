using Microsoft.EntityFrameworkCore;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Expiry;

public sealed class OrderExpiryTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sweep_OverdueOrders_CloseAndTheirUnitsCanBeBoughtAgain(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 2, limit: 2, paymentWindowSeconds: 60);
        var order = await house.OrderAsync(sale, user: 1, quantity: 2);
        Assert.Equal(GrabOutcome.SoldOutForNow, (await house.GrabAsync(sale, user: 2)).Outcome);

        house.Time.Turn(TimeSpan.FromSeconds(61));

        await TestHouse.WaitForAsync(async () => (await house.GrabAsync(sale, user: 2)).Outcome == GrabOutcome.Granted);
        Assert.Equal(OrderStatus.TimedOut, (await house.OrderOfAsync(order.SeckillId, 1)).Status);
        Assert.Equal(SeckillStatus.TimedOut, await house.StatusAsync(order.SeckillId, 1));
        var account = await house.SettledAccountAsync(sale);
        Assert.Equal((1, 1, 2), (account.Left, account.AwaitingPayment, account.Released));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sweep_WhilePayersAndCancellersRace_EachOrderEndsOnceAndStockMovesByTheRowsThatChanged(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 60, paymentWindowSeconds: 60);
        var ids = new List<long>();
        for (var user = 1; user <= 60; user++)
        {
            ids.Add(await house.QueueAsync(sale, user));
        }

        await house.WriteAsync(sale);
        var orders = await Task.WhenAll(ids.Select((id, i) => house.OrderOfAsync(id, i + 1)));
        house.Time.Turn(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(150));
        var payers = orders.Where((_, i) => i % 3 == 0).Select((order, i) => house.Get<OrderPayment>().PayAsync(order.OrderId, UserOf(order, orders), false, TestHouse.Token));
        var cancellers = orders.Where((_, i) => i % 2 == 0).Select(order => house.Get<OrderCancellation>().CancelAsync(order.OrderId, UserOf(order, orders), TestHouse.Token));
        var sweeps = SweepAsync();

        async Task SweepAsync()
        {
            for (var i = 0; i < 30; i++)
            {
                await house.ExpireAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestHouse.Token);
            }
        }

        var (paid, cancelled) = (await Task.WhenAll(payers), await Task.WhenAll(cancellers));
        await sweeps;
        house.Time.Turn(TimeSpan.FromSeconds(1));
        await house.ExpireAsync();

        var statuses = await house.ReadAsync(db => db.Orders.GroupBy(o => o.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count));
        Assert.Equal(paid.Count(p => p.Outcome == PayOutcome.Paid), statuses.GetValueOrDefault(OrderStatus.Paid));
        Assert.Equal(cancelled.Count(c => c.Outcome == CancelOutcome.Cancelled), statuses.GetValueOrDefault(OrderStatus.Cancelled));
        Assert.Equal(0, statuses.GetValueOrDefault(OrderStatus.PendingPayment));
        var taken = statuses.GetValueOrDefault(OrderStatus.Paid);
        Assert.Equal((60, 60 - taken, 0, taken), await house.NumbersAsync(sale));

        // Money is kept for paid orders and for no others.
        var kept = await house.ReadAsync(db => db.SandboxCharges.CountAsync(c => c.State == ChargeState.Taken));
        Assert.Equal(taken, kept);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sweep_DiedBetweenSqlAndRedis_TheNextOneReleases(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        await house.UseAsync(async db =>
        {
            // What the sweep has committed when it dies.
            await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.TimedOut).SetProperty(o => o.ClosedAt, house.Now));
            await db.SeckillRecords.ExecuteUpdateAsync(set => set.SetProperty(r => r.Status, SeckillStatus.TimedOut));
            return await db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, 1));
        });
        Assert.Equal(0, (await house.AccountAsync(sale)).Difference);
        Assert.Equal(0, (await house.AccountAsync(sale)).Left);

        await house.ExpireAsync();
        await house.ExpireAsync();

        Assert.Equal((1, 1, 0, 0), await house.NumbersAsync(sale));
        Assert.Equal(SeckillStatus.TimedOut, await house.StatusAsync(seckillId, 1));
    }

    private static long UserOf(OrderView order, OrderView[] orders) => Array.IndexOf(orders, order) + 1;
}
