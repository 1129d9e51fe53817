using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;
using StackExchange.Redis;

namespace Seckill.Tests.Recovery;

public sealed class SaleAuditTests
{
    public enum Damage
    {
        UnitLost,
        UnitTooMany,
        HoldForgotten,
        HoldTooHigh,
        TicketForgotten,
        TicketOfAnotherId,
        UnitsOfAnotherNumber,
    }

    public static TheoryData<Store, Damage> Damages()
    {
        var all = new TheoryData<Store, Damage>();
        foreach (var damage in Enum.GetValues<Damage>())
        {
            all.Add(Store.Embedded, damage);
            all.Add(Store.Redis, damage);
        }

        return all;
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task Look_RedisIsDamaged_SecondLookSaysSoAndHasTheSaleRebuilt(Store store, Damage damage)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 2);
        var seckillId = await house.QueueAsync(sale, user: 1, quantity: 2);
        await house.QueueAsync(sale, user: 2);
        await house.WriteAsync(sale);
        await DamageAsync(house.Get<StoreConnection>().Database, house.Card(sale).Keys, damage, seckillId);
        var generation = house.Card(sale).Generation;

        await LookAsync(house);
        Assert.Equal((generation, 0), (await GenerationAsync(house, sale), Difference(house)));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(house));

        await LookAsync(house);
        Assert.Equal(generation + 1, await GenerationAsync(house, sale));
        Assert.InRange(Difference(house), 1, 10);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(house));
        var entry = Assert.Single((await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!);
        Assert.Equal(("repair", 0), (entry.Action, entry.UserId));
        Assert.All(JsonNode.Parse(entry.Before)!["deviations"]!.AsArray(), deviation => Assert.NotEqual((int)deviation!["found"]!, (int)deviation["expected"]!));

        await house.TendAsync();
        Assert.Equal((10, 7, 0, 3), await house.NumbersAsync(sale));
        generation = await GenerationAsync(house, sale);
        await LookAsync(house);
        await LookAsync(house);
        Assert.Equal((generation, 0), (await GenerationAsync(house, sale), Difference(house)));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(house));
        Assert.Single((await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!);
    }

    [Theory, InlineData(Damage.UnitLost, true), InlineData(Damage.HoldForgotten, false)]
    public async Task Look_SoonAfterAllWasRight_OnlyWhereSomethingMoved(Damage damage, bool moves)
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 10, limit: 2);
        var seckillId = await house.QueueAsync(sale, user: 1, quantity: 2);
        await house.WriteAsync(sale);
        var generation = house.Card(sale).Generation;
        await LookAsync(house);
        await DamageAsync(house.Get<StoreConnection>().Database, house.Card(sale).Keys, damage, seckillId);

        await LookAsync(house, after: 1);
        await LookAsync(house, after: 1);
        Assert.Equal(moves, await GenerationAsync(house, sale) > generation);

        await LookAsync(house, after: 1);
        await LookAsync(house, after: 1);
        Assert.Equal(generation + 1, await GenerationAsync(house, sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_OnlyInFlight_NothingIsRepairedHoweverLongItTakes(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var keys = house.Card(sale).Keys;
        var generation = house.Card(sale).Generation;

        // Queued and not written; written and not trimmed.
        var seckillId = await house.QueueAsync(sale, user: 1);
        await LookTwiceAsync();
        var peeked = (await house.Get<TicketQueue>().PeekAsync(keys))!;
        await house.Get<OrderBook>().WriteAsync(sale.SaleId, generation, [Ticket.Parse(peeked.Raw[0])!], null, TestHouse.Token);
        await LookTwiceAsync();
        await house.WriteAsync(sale);

        // Refused, and still in the queue; refused, let go, and still in the queue.
        await house.QueueAsync(sale, user: 2);
        var ticket = Ticket.Parse((await house.Get<TicketQueue>().PeekAsync(keys))!.Raw[0])!;
        await house.Get<OrderBook>().WriteAsync(sale.SaleId, generation, [ticket], RefusalReason.Unwritable, TestHouse.Token);
        await LookTwiceAsync();
        await house.Get<ReleaseScript>().RefusedAsync(keys, generation, backOnSale: true, [ticket]);
        await LookTwiceAsync();
        await house.WriteAsync(sale);

        // Closed and not released; released and not marked.
        await house.UseAsync(async db =>
        {
            await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.Cancelled).SetProperty(o => o.ClosedAt, house.Now));
            await db.SeckillRecords.Where(r => r.SeckillId == seckillId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Status, SeckillStatus.Cancelled));
            return await db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, s => s.SeckillStock + 1));
        });
        await LookTwiceAsync();
        await house.Get<ReleaseScript>().RunAsync(keys, generation, backOnSale: true, [seckillId]);
        await LookTwiceAsync();

        // Units added in SQL and not in Redis.
        var (_, change) = await house.Get<StockChanges>().StartAsync(TestHouse.Seller, sale.SaleId, 5, "five", TestHouse.Token);
        await LookTwiceAsync();
        await house.Get<StockChanges>().AddToSqlAsync(await house.ReadAsync(db => db.StockChanges.SingleAsync(c => c.StockChangeId == change)));
        await LookTwiceAsync();

        // And with everything carried out, all is well.
        await house.Get<StockChanges>().SweepAsync(TestHouse.Token);
        await house.Get<OrderRelease>().SweepAsync(null, TestHouse.Token);
        await LookTwiceAsync();
        Assert.Equal((15, 15, 0, 0), await house.NumbersAsync(sale));

        async Task LookTwiceAsync()
        {
            await LookAsync(house);
            await LookAsync(house);
            Assert.Equal((generation, 0), (await GenerationAsync(house, sale), Difference(house)));
        }
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_WhileShoppersGrabAndCancel_RepairsNothing(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 200, limit: 5);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestHouse.Token);
        var shoppers = Enumerable.Range(1, 20).Select(user => ShopAsync(user)).ToList();
        for (var look = 0; look < 40; look++)
        {
            await LookAsync(house);
        }

        await over.CancelAsync();
        await Task.WhenAll(shoppers);
        await house.SettledAccountAsync(sale);
        Assert.Empty((await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!);

        async Task ShopAsync(long user)
        {
            while (!over.IsCancellationRequested)
            {
                var grab = await house.GrabAsync(sale, user);
                if (grab.Outcome == GrabOutcome.Granted && user % 2 == 0)
                {
                    var order = await house.OrderOfAsync(grab.SeckillId, user);
                    await house.Get<OrderCancellation>().CancelAsync(order.OrderId, user, CancellationToken.None);
                }
            }
        }
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_SqlItselfDeviates_IsSaidAndNotRebuiltAgainAndAgain(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        await house.UseAsync(db => db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, 8)));
        for (var look = 0; look < 8; look++)
        {
            await LookAsync(house);
            await house.TendAsync();
        }

        Assert.Equal(2, Difference(house));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(house));
        Assert.InRange((await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!.Count, 0, 2);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_UnitLostWhileOthersAreTaken_IsRepaired(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var generation = house.Card(sale).Generation;
        await house.Get<StoreConnection>().Database.HashDecrementAsync(house.Card(sale).Keys.Sale, "left");
        for (var look = 0; look < 2; look++)
        {
            await house.QueueAsync(sale, user: look + 1);
            await LookAsync(house);
        }

        Assert.Equal(generation + 1, await GenerationAsync(house, sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_SameDamageAgainWhileSomethingElseStaysWrong_IsRepairedAgain(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.QueueAsync(sale, user: 2);
        await house.WriteAsync(sale);
        await house.UseAsync(db => db.Orders.Where(o => o.BuyerId == 2).ExecuteUpdateAsync(set => set.SetProperty(o => o.Quantity, 2)));
        for (var time = 0; time < 2; time++)
        {
            var generation = await GenerationAsync(house, sale);
            await house.Get<StoreConnection>().Database.HashDeleteAsync(house.Card(sale).Keys.Tickets, seckillId);
            await LookAsync(house);
            await LookAsync(house);
            Assert.Equal(generation + 1, await GenerationAsync(house, sale));
            await house.TendAsync();
            await LookAsync(house);
            await LookAsync(house);
            Assert.Equal(generation + 2, await GenerationAsync(house, sale));
        }
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Look_ShoppersGrabAndCancelWhileMuchIsRead_RepairsNothing(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 6000, limit: 1, lasts: TimeSpan.FromDays(1), paymentWindowSeconds: 80_000);
        for (var first = 100; first < 5600; first += 500)
        {
            await Task.WhenAll(Enumerable.Range(first, 500).Select(user => house.QueueAsync(sale, user)));
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestHouse.Token);
        var shoppers = Enumerable.Range(1, 20).Select(user => ShopAsync(user)).ToList();
        for (var look = 0; look < 40; look++)
        {
            await LookAsync(house);
        }

        await over.CancelAsync();
        await Task.WhenAll(shoppers);
        Assert.Empty((await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!);

        async Task ShopAsync(long user)
        {
            while (!over.IsCancellationRequested)
            {
                if (await house.GrabAsync(sale, user) is { Outcome: GrabOutcome.Granted } grab)
                {
                    var order = await house.OrderOfAsync(grab.SeckillId, user);
                    await house.Get<OrderCancellation>().CancelAsync(order.OrderId, user, CancellationToken.None);
                }
            }
        }
    }

    private static async Task DamageAsync(IDatabase redis, SaleKeys keys, Damage damage, long seckillId)
    {
        switch (damage)
        {
            case Damage.UnitLost:
                await redis.HashDecrementAsync(keys.Sale, "left");
                break;
            case Damage.UnitTooMany:
                await redis.HashIncrementAsync(keys.Sale, "left");
                break;
            case Damage.HoldForgotten:
                await redis.HashDeleteAsync(keys.Held, 1);
                break;
            case Damage.HoldTooHigh:
                await redis.HashIncrementAsync(keys.Held, 2);
                break;
            case Damage.TicketForgotten:
                await redis.HashDeleteAsync(keys.Tickets, seckillId);
                break;
            case Damage.TicketOfAnotherId:
                await redis.HashDeleteAsync(keys.Tickets, seckillId);
                await redis.HashSetAsync(keys.Tickets, seckillId + 1, "1:2");
                break;
            default:
                await redis.HashIncrementAsync(keys.Sale, "units");
                break;
        }
    }

    // Later than any rest between two looks.
    private static async Task LookAsync(TestHouse house, int after = 10)
    {
        house.Time.Turn(TimeSpan.FromSeconds(after));
        await house.Get<SaleAudit>().LookAsync(TestHouse.Token);
    }

    private static int Difference(TestHouse house) => house.Get<SaleAudit>().Differences.Sum(sale => sale.Difference);

    private static async Task<HealthStatus> HealthAsync(TestHouse house) => (await new AccountHealth(house.Get<SaleAudit>()).CheckHealthAsync(new(), TestHouse.Token)).Status;

    private static Task<long> GenerationAsync(TestHouse house, TestSale sale) => house.ReadAsync(db => db.FlashSales.Where(s => s.SaleId == sale.SaleId).Select(s => s.Generation).SingleAsync());
}
