using Microsoft.Extensions.Configuration;
using Seckill.Core.Grabbing;
using Seckill.Core.Live;
using Seckill.Core.Redis;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Live;

public sealed class GrabPostTests
{
    [Fact]
    public async Task Post_TwoProcesses_AreOneCount()
    {
        await using var first = await TestHouse.StartStillAsync(Store.Redis);
        var sale = await first.OpenSaleAsync(units: 1);
        await using var second = await NextProcessAsync(first);
        await first.QueueAsync(sale, user: 1);
        await RefuseAsync(first, sale, times: 3);
        await RefuseAsync(second, sale, times: 2);
        first.Get<SaleWatchers>().Add(sale.ProductId);
        second.Get<SaleWatchers>().Add(sale.ProductId);
        second.Get<SaleWatchers>().Add(sale.ProductId);

        await PostAsync(first, second);
        await PostAsync(first, second);
        var moment = await SampleAsync(first, sale);

        Assert.Equal((5, 3), (moment.Refusals.SoldOut, moment.Watchers));
    }

    [Fact]
    public async Task Post_ProcessDies_ItsGrabsStayAndItsWatchersGo()
    {
        await using var stays = await TestHouse.StartStillAsync(Store.Redis);
        var sale = await stays.OpenSaleAsync(units: 1);
        await stays.QueueAsync(sale, user: 1);
        stays.Get<SaleWatchers>().Add(sale.ProductId);
        await using (var dies = await NextProcessAsync(stays))
        {
            dies.Get<SaleWatchers>().Add(sale.ProductId);
            await RefuseAsync(dies, sale, times: 4);
            await PostAsync(stays, dies);
        }

        Assert.Equal((4, 2), await FiguresAsync());
        for (var i = 0; i < 4; i++)
        {
            stays.Time.Turn(TimeSpan.FromSeconds(5));
            await PostAsync(stays);
        }

        Assert.Equal((4, 1), await FiguresAsync());
        await using var anew = await NextProcessAsync(stays);
        await RefuseAsync(anew, sale, times: 1);
        await PostAsync(anew);

        Assert.Equal((5, 1), await FiguresAsync());

        async Task<(long, int)> FiguresAsync()
        {
            var moment = await SampleAsync(stays, sale);
            return (moment.Refusals.SoldOut, moment.Watchers);
        }
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sample_StoreLostTheCount_GoesOnFromTheLedger(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        await house.QueueAsync(sale, user: 1);
        await RefuseAsync(house, sale, times: 3);
        await PostAsync(house);
        await SampleAsync(house, sale);
        await house.Get<StoreConnection>().Database.KeyDeleteAsync(house.Card(sale).Keys.Tally);

        await RefuseAsync(house, sale, times: 2);
        await PostAsync(house);
        var moment = await SampleAsync(house, sale);
        var traffic = await house.Get<SaleTraffic>().ReadAsync(sale.SaleId, TestHouse.Token);

        Assert.Equal(5, moment.Refusals.Total);
        Assert.Equal(5, traffic.Refused.SoldOut);
    }

    [Fact]
    public async Task Post_SaleNotLoaded_SaysItOnceItIs()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 1, opensIn: TimeSpan.FromSeconds(10));
        await house.GrabAsync(sale, user: 1);
        var keys = house.Card(sale).Keys;
        var database = house.Get<StoreConnection>().Database;
        await database.KeyRenameAsync(keys.Sale, keys.Held);
        await PostAsync(house);
        Assert.False(await database.KeyExistsAsync(keys.Tally));

        await database.KeyRenameAsync(keys.Held, keys.Sale);
        await PostAsync(house);
        house.Time.Turn(TimeSpan.FromSeconds(10));
        var moment = await SampleAsync(house, sale);

        Assert.Equal(1, moment.Refusals.NotStarted);
    }

    [Fact]
    public async Task Grab_EachRefusal_IsCountedUnderItsReason()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded, settings: ("Grabbing:TriesPerSecond", "2"));
        var sale = await house.OpenSaleAsync(units: 2);
        await house.QueueAsync(sale, user: 1);
        await house.GrabAsync(sale, user: 1);
        await house.GrabAsync(sale, user: 2, quantity: 2, key: "a");
        Assert.Equal(GrabOutcome.OverLimit, (await house.GrabAsync(sale, user: 3, quantity: 2, key: "b")).Outcome);
        await house.GrabAsync(sale, user: 1);
        Assert.Equal(GrabOutcome.TooManyTries, (await house.GrabAsync(sale, user: 1)).Outcome);
        await PostAsync(house);

        var moment = await SampleAsync(house, sale);

        Assert.Equal((4, 1, 5), (moment.Refusals.OverLimit, moment.Refusals.TooMany, moment.Refusals.Total));
    }

    [Fact]
    public async Task Traffic_AfterSomeOrders_SaysWhatBecameOfThem()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 2);
        var paid = await house.OrderAsync(sale, user: 1);
        await house.OrderAsync(sale, user: 2);
        await house.Get<Core.Ordering.OrderPayment>().PayAsync(paid.OrderId, 1, decline: false, TestHouse.Token);
        await RefuseAsync(house, sale, times: 2);
        await house.Get<GrabPost>().StopAsync(TestHouse.Token);
        await house.Get<SaleSampler>().SampleAsync(TestHouse.Token);

        var traffic = await house.Get<SaleTraffic>().ReadAsync(sale.SaleId, TestHouse.Token);

        Assert.Equal((2, 1, 0.5, 0.5), (traffic.Orders, traffic.PaidOrders, traffic.Conversion, traffic.GrabSuccess));
    }

    [Fact]
    public void Watchers_ComeAndGo_AreCounted()
    {
        var watchers = new SaleWatchers();
        watchers.Add(1);
        watchers.Add(1);
        watchers.Add(2);
        watchers.Remove(1);
        watchers.Remove(2);
        watchers.Remove(2);

        Assert.Equal((1, 0, 0), (watchers.Count(1), watchers.Count(2), watchers.Count(3)));
    }

    // On the same store and the same ledger.
    private static async Task<TestHouse> NextProcessAsync(TestHouse house)
    {
        var next = await TestHouse.StartStillAsync(Store.Redis, house.DataDirectory, redis: house.Get<IConfiguration>()["ConnectionStrings:Redis"]);
        next.Time.Turn(house.Now - next.Now);
        await next.TendAsync();
        return next;
    }

    private static async Task RefuseAsync(TestHouse house, TestSale sale, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(GrabOutcome.SoldOutForNow, (await house.GrabAsync(sale, user: 100 + i)).Outcome);
        }
    }

    private static async Task PostAsync(params TestHouse[] houses)
    {
        foreach (var house in houses)
        {
            await house.Get<GrabPost>().PostAsync();
        }
    }

    private static async Task<SaleMoment> SampleAsync(TestHouse house, TestSale sale)
    {
        house.Time.Turn(TimeSpan.FromSeconds(3));
        await house.Get<SaleSampler>().SampleAsync(TestHouse.Token);
        return (await house.Get<SaleHistory>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))![^1];
    }
}
