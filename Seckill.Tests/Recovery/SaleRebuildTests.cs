using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Recovery;

public sealed class SaleRebuildTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_OpenOrder_CanStillBeReleased(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5);
        var order = await OrderAsync(house, sale, user: 1);
        await FlushAsync(house, sale);
        await house.TendAsync();
        Assert.Equal((5, 4, 0, 1), await house.NumbersAsync(sale));

        await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token);

        Assert.Equal((5, 5, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_OrderClosedWhileItReads_IsReleasedAfterwards(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5);
        var order = await OrderAsync(house, sale, user: 1);
        var keys = house.Card(sale).Keys;
        var old = house.Card(sale).Generation;

        // The rebuild has begun and has read the order as open.
        await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);
        Assert.True(await house.Get<LoadScripts>().BeginAsync(keys, old + 1));
        await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token);
        Assert.Equal(1, await UnreleasedAsync(house));

        // A release that still carries the generation of before changes nothing, either.
        Assert.Equal(ReleaseOutcome.NotLoaded, await house.Get<ReleaseScript>().RunAsync(keys, old, backOnSale: true, [order.SeckillId]));
        Assert.True(await house.Get<LoadScripts>().InstallAsync(keys, old + 1, TestGate.Contents(units: 5) with
        {
            Left = 4,
            Held = new Dictionary<long, int> { [1] = 1 },
            Tickets = new Dictionary<long, (long, int)> { [order.SeckillId] = (1, 1) },
        }));
        await house.Get<OrderRelease>().SweepAsync(null, TestHouse.Token);

        Assert.Equal(0, await UnreleasedAsync(house));
        Assert.Equal((5, 5, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_StoreLostAfterOrders_RestoresLeftHeldAndKeys(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5, limit: 2);
        var seckillId = await house.QueueAsync(sale, user: 1, quantity: 2, key: "mine");
        await house.WriteAsync(sale);
        await FlushAsync(house, sale);
        await house.TendAsync();

        Assert.Equal((5, 3, 0, 2), await house.NumbersAsync(sale));
        var over = await house.GrabAsync(sale, user: 1);
        var replay = await house.GrabAsync(sale, user: 1, quantity: 2, key: "mine");
        var reused = await house.GrabAsync(sale, user: 1, quantity: 1, key: "mine");
        Assert.Equal(GrabOutcome.OverLimit, over.Outcome);
        Assert.Equal((GrabOutcome.Granted, seckillId), (replay.Outcome, replay.SeckillId));
        Assert.Equal(GrabOutcome.KeyReused, reused.Outcome);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_TicketsInTheQueue_AreNeitherLostNorCountedTwice(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 3);
        var ids = new List<long>();
        for (var user = 1; user <= 3; user++)
        {
            ids.Add(await house.QueueAsync(sale, user, quantity: 2, key: "k"));
        }

        await FlushAsync(house, sale, keepQueue: true);
        await house.TendAsync();

        Assert.Equal((10, 4, 6, 0), await house.NumbersAsync(sale));
        Assert.Equal(3, await house.WriteAsync(sale));
        Assert.Equal((10, 4, 0, 6), await house.NumbersAsync(sale));
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(ids[0], 1));
        Assert.Equal(ids[1], (await house.GrabAsync(sale, user: 2, quantity: 2, key: "k")).SeckillId);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_TicketTwiceInTheQueue_IsCountedOnce(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5);
        await house.QueueAsync(sale, user: 1);
        var keys = house.Card(sale).Keys;
        await house.Get<StoreConnection>().Database.ListRightPushAsync(keys.Queue, (await house.Get<SaleGate>().ReadQueueAsync(keys))[0]);

        Assert.True(await house.RebuildAsync(sale));

        Assert.Equal((5, 4, 1, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_TakesItsTime_KeepsAShortLease(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store, configure: FreezingSql.Install);
        var sale = await house.OpenSaleAsync(units: 5);
        var freeze = new Freeze();
        var rebuild = Task.Run(
            async () =>
            {
                FreezingSql.AfterPicture.Value = freeze;
                return await house.RebuildAsync(sale);
            },
            TestHouse.Token);
        await freeze.Reached;
        var before = await LeaseAsync();

        // If it died now, another process, or this one started again, would not wait long; while it lives nobody else begins.
        Assert.InRange(before, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await TestHouse.WaitForAsync(async () =>
        {
            var now = await LeaseAsync();
            var kept = now > before;
            before = now;
            return kept;
        });
        freeze.Wake();
        Assert.True(await rebuild);
        await TestHouse.WaitForAsync(async () => await LeaseAsync() == TimeSpan.Zero);

        async Task<TimeSpan> LeaseAsync() => await house.Get<StoreConnection>().Database.KeyTimeToLiveAsync(house.Card(sale).Keys.Rebuilder) ?? TimeSpan.Zero;
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_TicketVanishedWithTheStore_IsNotConfirmedAndItsUnitIsThere(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var lost = await house.QueueAsync(sale, user: 1);
        await FlushAsync(house, sale);
        house.Time.Turn(TimeSpan.FromSeconds(10));

        Assert.Equal(SeckillLookupOutcome.NotNow, (await house.Get<SeckillQueries>().FindAsync(lost, 1, TestHouse.Token)).Outcome);
        await house.TendAsync();
        Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await house.Get<SeckillQueries>().FindAsync(lost, 1, TestHouse.Token)).Outcome);
        await house.QueueAsync(sale, user: 2);
        await house.WriteAsync(sale);
        Assert.Equal((1, 0, 0, 1), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Start_EmbeddedStoreAfterACrash_GoesOnWhereSqlIs()
    {
        var directory = Directory.CreateTempSubdirectory("seckill-").FullName;
        TestSale sale;
        OrderView order;
        await using (var before = await TestHouse.StartAsync(Store.Embedded, directory: directory))
        {
            sale = await before.OpenSaleAsync(units: 3, limit: 2);
            order = await before.OrderAsync(sale, user: 1, key: "k");
        }

        await using (var after = await TestHouse.StartAsync(Store.Embedded, directory: directory))
        {
            Assert.Equal((3, 2, 0, 1), await after.NumbersAsync(sale));
            Assert.Equal(order.SeckillId, (await after.GrabAsync(sale, user: 1, key: "k")).SeckillId);
            Assert.Equal(GrabOutcome.Granted, (await after.GrabAsync(sale, user: 1)).Outcome);
            Assert.Equal(GrabOutcome.OverLimit, (await after.GrabAsync(sale, user: 1)).Outcome);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Redis_RestartedWithoutItsData_IsRebuiltBeforeAnybodyGrabs()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var house = await TestHouse.StartAsync(Store.Redis, redis: redis.ConnectionString, settings: ("Grabbing:StorePatience", "00:00:00.450"));
        var sale = await house.OpenSaleAsync(units: 5);
        await house.OrderAsync(sale, user: 1);
        var generation = house.Card(sale).Generation;

        await redis.KillAsync();
        var away = await house.GrabAsync(sale, user: 2);
        Assert.Contains(away.Outcome, (GrabOutcome[])[GrabOutcome.NotTaken, GrabOutcome.Unknown]);
        redis.Wipe();
        await redis.StartAsync();

        var first = await TestHouse.WaitForAsync(async () =>
        {
            var grab = await house.GrabAsync(sale, user: 1);
            return grab.Outcome is GrabOutcome.NotTaken or GrabOutcome.Unknown ? null : (GrabOutcome?)grab.Outcome;
        });
        Assert.Equal(GrabOutcome.OverLimit, first);
        Assert.True(house.Card(sale).Generation > generation);
        await house.OrderAsync(sale, user: 3);
        var account = await house.SettledAccountAsync(sale);
        Assert.InRange(account.AwaitingPayment, 2, 3);
    }

    [Fact]
    public async Task Redis_RestartedWithoutItsLastMoments_IsRebuiltBeforeAnybodyGrabs()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var house = await TestHouse.StartAsync(Store.Redis, redis: redis.ConnectionString);
        var sale = await house.OpenSaleAsync(units: 5);

        // What comes from here on never reaches its disk: the sale will be there, as it was before this shopper bought.
        await house.Get<StoreConnection>().Database.ExecuteAsync("CONFIG", "SET", "appendonly", "no");
        await house.OrderAsync(sale, user: 1);
        await redis.KillAsync();
        await redis.StartAsync();

        var first = await TestHouse.WaitForAsync(async () =>
        {
            var grab = await house.GrabAsync(sale, user: 1);
            return grab.Outcome is GrabOutcome.NotTaken or GrabOutcome.Unknown ? null : (GrabOutcome?)grab.Outcome;
        });
        Assert.Equal(GrabOutcome.OverLimit, first);
        Assert.Equal(0, (await house.SettledAccountAsync(sale)).Difference);
        Assert.Equal(0, await house.ReadAsync(db => db.SeckillRecords.CountAsync(r => r.Status == SeckillStatus.Refused)));
    }

    [Fact]
    public async Task Redis_BackAndNotYetComparedWithSql_GetsNoGrab()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var house = await TestHouse.StartStillAsync(Store.Redis, redis: redis.ConnectionString);
        var sale = await house.OpenSaleAsync(units: 5);
        await redis.KillAsync();
        await redis.StartAsync();

        // The connection is back, the sale is there, and nobody has looked whether it is the one that SQL knows.
        await TestHouse.WaitForAsync(async () =>
        {
            try
            {
                return await house.Get<SaleGate>().ReadAsync(house.Card(sale).Keys);
            }
            catch (StoreException)
            {
                return null;
            }
        });
        Assert.Equal(GrabOutcome.NotTaken, (await house.GrabAsync(sale, user: 1)).Outcome);
        Assert.Empty(await house.Get<SaleGate>().ReadQueueAsync(house.Card(sale).Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Life_EndedAndEveryOrderFinal_LeavesRedisAndTheNextSaleOpens(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 2, lasts: TimeSpan.FromMinutes(10));
        var order = await OrderAsync(house, sale, user: 1);
        var next = await house.PlanSaleAsync(sale.ProductId, units: 1, opensIn: TimeSpan.FromMinutes(30));

        house.Time.Turn(TimeSpan.FromMinutes(11));
        await house.TendAsync();
        Assert.False(house.Card(sale).Closed);
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(next, user: 2)).Outcome);

        house.Time.Turn(TimeSpan.FromMinutes(20));
        await house.TendAsync();
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(next, user: 2)).Outcome);

        await house.ExpireAsync();
        await house.TendAsync();
        Assert.True(house.Card(sale).Closed);
        Assert.Null(await house.Get<SaleGate>().ReadAsync(house.Card(sale).Keys));
        await house.TendAsync();
        await house.QueueAsync(next, user: 2);
        Assert.Equal(OrderStatus.TimedOut, (await house.OrderOfAsync(order.SeckillId, 1)).Status);
        Assert.Equal((2, 2, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Rebuild_ManyAtOnceUnderGrabs_LosesNothing(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 200, limit: 2);
        using var done = new CancellationTokenSource();
        var granted = 0;

        var shoppers = Enumerable.Range(1, 60).Select(async user =>
        {
            for (var attempt = 0; attempt < 12; attempt++)
            {
                var grab = await house.GrabAsync(sale, user);
                if (grab.Outcome == GrabOutcome.Granted)
                {
                    Interlocked.Increment(ref granted);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestHouse.Token);
            }
        });
        var rebuilds = RebuildAsync();

        async Task RebuildAsync()
        {
            while (!done.IsCancellationRequested)
            {
                await house.RebuildAsync(sale);
                await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, TestHouse.Token);
            }
        }

        await Task.WhenAll(shoppers);
        await done.CancelAsync();
        await rebuilds;

        var account = await house.SettledAccountAsync(sale);
        Assert.Equal(granted, account.AwaitingPayment);
        Assert.Equal(200 - granted, account.Left);
        Assert.InRange(granted, 1, 120);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Status_AskedWhileTheSaleIsRebuilt_IsNeverNotConfirmed(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5);
        var seckillId = await house.QueueAsync(sale, user: 1);
        house.Time.Turn(TimeSpan.FromSeconds(10));
        await house.TendAsync();
        using var done = new CancellationTokenSource();
        var outcomes = new ConcurrentDictionary<SeckillLookupOutcome, int>();

        var asking = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    var lookup = await house.Get<SeckillQueries>().FindAsync(seckillId, 1, TestHouse.Token);
                    outcomes.AddOrUpdate(lookup.Outcome, 1, (_, count) => count + 1);
                }
            },
            TestHouse.Token)).ToList();
        for (var i = 0; i < 100; i++)
        {
            await house.RebuildAsync(sale);
        }

        await done.CancelAsync();
        await Task.WhenAll(asking);
        Assert.DoesNotContain(SeckillLookupOutcome.NotConfirmed, outcomes.Keys);
        Assert.Contains(SeckillLookupOutcome.Found, outcomes.Keys);
    }

    [Fact]
    public async Task Status_MachineClockFarOff_FindsTheTicket()
    {
        await using var house = await TestHouse.StartStillAsync(
            Store.Redis, configure: services => services.AddSingleton<ReadStoreTime>(() => Task.FromResult(TimeProvider.System.GetUtcNow().AddMinutes(-10).ToUnixTimeMilliseconds())));
        var sale = await house.OpenSaleAsync(units: 5, lasts: TimeSpan.FromMinutes(3));

        var seckillId = await house.QueueAsync(sale, user: 1);

        Assert.Equal(SeckillStatus.PendingOrder, await house.StatusAsync(seckillId, 1));
    }

    private static async Task<OrderView> OrderAsync(TestHouse house, TestSale sale, long user)
    {
        var seckillId = await house.QueueAsync(sale, user);
        await house.WriteAsync(sale);
        return await house.OrderOfAsync(seckillId, user);
    }

    private static async Task FlushAsync(TestHouse house, TestSale sale, bool keepQueue = false)
    {
        var keys = house.Card(sale).Keys;
        await house.Get<StoreConnection>().Database.KeyDeleteAsync([keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests]);
        if (!keepQueue)
        {
            await house.Get<StoreConnection>().Database.KeyDeleteAsync(keys.Queue);
        }
    }

    private static Task<int> UnreleasedAsync(TestHouse house) => house.ReadAsync(db => db.Orders.CountAsync(o => o.ClosedAt != null && o.ReleasedAt == null));
}
