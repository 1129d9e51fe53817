using Microsoft.EntityFrameworkCore;
using Seckill.Core.Grabbing;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Sales;

public sealed class StockChangesTests
{
    public enum Meanwhile
    {
        Nothing,
        Rebuilt,
        RebuildAsked,
        HalfRebuilt,
        StoreLost,
    }

    public static TheoryData<Store, int, int, Meanwhile> Crashes
    {
        get
        {
            var crashes = new TheoryData<Store, int, int, Meanwhile>();
            foreach (var store in Enum.GetValues<Store>())
            {
                foreach (var meanwhile in Enum.GetValues<Meanwhile>())
                {
                    for (var steps = 0; steps <= 2; steps++)
                    {
                        crashes.Add(store, 5, steps, meanwhile);
                        crashes.Add(store, -4, steps, meanwhile);
                    }
                }
            }

            return crashes;
        }
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Change_WhoeverMadeItDiesAfterAnyStep_IsMadeOnce(Store store, int delta, int steps, Meanwhile meanwhile)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 2);
        await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        await house.QueueAsync(sale, user: 2, quantity: 2);
        var (changes, card) = (house.Get<StockChanges>(), house.Card(sale));
        var change = await StartAsync(house, sale, delta);

        for (var step = 1; step <= steps; step++)
        {
            if (delta > 0 ? step == 2 : step == 1)
            {
                Assert.Equal(new(GateOutcome.Done), await house.Get<SaleGate>().ChangeAsync(card.Keys, card.Generation, change.StockChangeId, delta));
            }
            else
            {
                Assert.True(delta > 0 ? await changes.AddToSqlAsync(change) : await changes.WithdrawFromSqlAsync(change, card.Generation, notInRedis: false));
            }
        }

        await DisturbAsync(house, sale, meanwhile);
        await changes.SweepAsync(TestHouse.Token);
        await house.TendAsync();
        Assert.Equal(0, await changes.SweepAsync(TestHouse.Token));
        await house.TendAsync();

        Assert.Equal((10 + delta, 7 + delta, 2, 1), await house.NumbersAsync(sale));
        Assert.Equal(1, await house.ReadAsync(db => db.AuditEntries.CountAsync(e => e.SubjectId == sale.SaleId)));
        await house.WriteAsync(sale);
        Assert.Equal((10 + delta, 7 + delta, 0, 3), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Add_RebuildLookedBeforeTheUnitsWereInSql_AreAddedToWhatItInstalls(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var card = house.Card(sale);
        var change = await StartAsync(house, sale, delta: 5);

        await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);
        Assert.True(await house.Get<LoadScripts>().BeginAsync(card.Keys, card.Generation + 1));
        await house.Get<StockChanges>().AddToSqlAsync(change);
        Assert.Equal(1, await house.Get<StockChanges>().SweepAsync(TestHouse.Token));
        Assert.True(await InstallAsync(house, card, card.Generation + 1, units: 10));

        Assert.Equal(0, await house.Get<StockChanges>().SweepAsync(TestHouse.Token));
        Assert.Equal((15, 15, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Withdraw_RebuildBeganInBetween_IsNotInSqlUnderTheOldGeneration(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var card = house.Card(sale);
        var change = await StartAsync(house, sale, delta: -5);

        await house.Get<SaleGate>().ChangeAsync(card.Keys, card.Generation, change.StockChangeId, -5);
        await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);

        Assert.False(await house.Get<StockChanges>().WithdrawFromSqlAsync(change, card.Generation, notInRedis: false));
        Assert.Equal((10, 10), await SqlAsync(house, sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Withdraw_UnitsComeBackAfterItWasRefused_StaysRefusedForWhoeverIsSlower(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5, limit: 4);
        var seckillId = await house.QueueAsync(sale, user: 1, quantity: 4);
        await house.WriteAsync(sale);
        var card = house.Card(sale);
        var change = await StartAsync(house, sale, delta: -3);

        Assert.Equal(new(GateOutcome.FewerLeft, Left: 1), await house.Get<SaleGate>().ChangeAsync(card.Keys, card.Generation, change.StockChangeId, -3));
        await house.Get<OrderCancellation>().CancelAsync((await house.OrderOfAsync(seckillId, 1)).OrderId, 1, TestHouse.Token);
        Assert.Equal(0, await house.Get<StockChanges>().SweepAsync(TestHouse.Token));

        Assert.Equal((5, 5, 0, 0), await house.NumbersAsync(sale));
        Assert.Equal(StockChangeStatus.Refused, await house.ReadAsync(db => db.StockChanges.Select(c => c.Status).SingleAsync()));
        Assert.Equal(0, await house.ReadAsync(db => db.AuditEntries.CountAsync(e => e.SubjectId == sale.SaleId)));
        Assert.Equal(SellerOutcome.FewerLeft, (await ChangeAsync(house, sale, -3)).Outcome);
    }

    [Theory]
    [InlineData(Store.Embedded, 5)]
    [InlineData(Store.Embedded, -5)]
    [InlineData(Store.Redis, 5)]
    [InlineData(Store.Redis, -5)]
    public async Task Change_SomebodyWakesUpWhenItIsLongDone_MovesNothing(Store store, int delta)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var change = await StartAsync(house, sale, delta);
        await house.Get<StockChanges>().SweepAsync(TestHouse.Token);
        await house.RebuildAsync(sale);

        // They had read it as started, under the generation that has been rebuilt since.
        var card = house.Card(sale);
        Assert.Equal(new(GateOutcome.Done), await house.Get<SaleGate>().ChangeAsync(card.Keys, card.Generation, change.StockChangeId, delta));
        Assert.False(delta > 0 ? await house.Get<StockChanges>().AddToSqlAsync(change) : await house.Get<StockChanges>().WithdrawFromSqlAsync(change, card.Generation, notInRedis: false));

        Assert.Equal((10 + delta, 10 + delta, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Withdraw_RedisHadMoreThanSql_IsAskedAgainAfterARebuild(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        await house.UseAsync(db => db.Stocks.ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, 3)));
        await house.UseAsync(db => db.FlashSales.ExecuteUpdateAsync(set => set.SetProperty(s => s.Units, 3)));
        await StartAsync(house, sale, delta: -5);

        Assert.Equal(1, await house.Get<StockChanges>().SweepAsync(TestHouse.Token));
        await house.TendAsync();
        Assert.Equal(0, await house.Get<StockChanges>().SweepAsync(TestHouse.Token));

        Assert.Equal((3, 3, 0, 0), await house.NumbersAsync(sale));
        Assert.Equal(StockChangeStatus.Refused, await house.ReadAsync(db => db.StockChanges.Select(c => c.Status).SingleAsync()));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Change_BeforeTheSaleIsLoaded_IsInSqlAndInWhatIsLoaded(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var productId = (await house.Get<SellerProducts>().CreateAsync(TestHouse.Seller, new("Lamp", "", 9900, null), TestHouse.Token)).Id;
        var sale = await house.PlanSaleAsync(productId, units: 10, opensIn: TimeSpan.FromHours(1));

        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, 5, "a")).Outcome);
        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, -3, "b")).Outcome);
        Assert.Equal((SellerOutcome.FewerLeft, 12), await ChangeAsync(house, sale, -13, "c") is var refused ? (refused.Outcome, refused.Left) : default);
        Assert.Equal((12, 12), await SqlAsync(house, sale));
        Assert.Equal((12, 12), house.Get<SaleBoard>().Find(productId) is { } view ? (view.Units, view.Left) : default);

        house.Time.Turn(TimeSpan.FromHours(1));
        await house.TendAsync();
        Assert.Equal((12, 12, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Withdraw_SomebodyIsAboutToLoadTheSale_IsNotOverwritten(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var productId = (await house.Get<SellerProducts>().CreateAsync(TestHouse.Seller, new("Lamp", "", 9900, null), TestHouse.Token)).Id;
        var sale = await house.PlanSaleAsync(productId, units: 10, opensIn: TimeSpan.FromHours(1));
        await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);
        await house.Get<DirectoryRefresh>().RunAsync(TestHouse.Token);
        var loading = house.Card(sale);

        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, -3)).Outcome);
        Assert.True(await house.Get<LoadScripts>().BeginAsync(loading.Keys, loading.Generation));
        Assert.True(await InstallAsync(house, loading, loading.Generation, units: 10));

        house.Time.Turn(TimeSpan.FromHours(1));
        await house.TendAsync();
        Assert.Equal((7, 7, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Change_KeyRepeated_AnswersAsTheFirstTime(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 4);

        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, 3, "a")).Outcome);
        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, 3, "a")).Outcome);
        Assert.Equal(SellerOutcome.KeyReused, (await ChangeAsync(house, sale, 4, "a")).Outcome);
        Assert.Equal(SellerOutcome.FewerLeft, (await ChangeAsync(house, sale, -8, "b")).Outcome);
        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, 9, "c")).Outcome);
        Assert.Equal(SellerOutcome.FewerLeft, (await ChangeAsync(house, sale, -8, "b")).Outcome);
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ChangeAsync(house, sale, -2, "d")));
        Assert.All(together, result => Assert.Equal(SellerOutcome.Done, result.Outcome));
        Assert.Equal((14, 14, 0, 0), await house.NumbersAsync(sale));

        await house.Get<SellerSales>().EndAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token);
        Assert.Equal(SellerOutcome.Done, (await ChangeAsync(house, sale, 3, "a")).Outcome);
        Assert.Equal(SellerOutcome.StateChanged, (await ChangeAsync(house, sale, 3, "e")).Outcome);
        var trail = await house.Get<AuditTrail>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token);
        Assert.Equal(["end", "withdraw", "add", "add"], trail!.Select(entry => entry.Action));
        Assert.Equal(("""{"units":16}""", """{"units":14}"""), (trail![1].Before, trail[1].After));
    }

    [Fact]
    public async Task Change_BrokenOrSomebodyElses_SaysSo()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 4);
        var changes = house.Get<StockChanges>();

        Assert.Equal(["delta required", "Idempotency-Key required"], (await changes.ChangeAsync(TestHouse.Seller, sale.SaleId, null, null, TestHouse.Token)).Errors!.Select(e => $"{e.Field} {e.Rule}"));
        Assert.Equal(["delta notZero", "Idempotency-Key key"], (await changes.ChangeAsync(TestHouse.Seller, sale.SaleId, 0, "?", TestHouse.Token)).Errors!.Select(e => $"{e.Field} {e.Rule}"));
        Assert.Equal(["delta range"], (await changes.ChangeAsync(TestHouse.Seller, sale.SaleId, int.MinValue, "a", TestHouse.Token)).Errors!.Select(e => $"{e.Field} {e.Rule}"));
        Assert.Equal(["delta range"], (await changes.ChangeAsync(TestHouse.Seller, sale.SaleId, SellerSales.MaxUnits - 3, "a", TestHouse.Token)).Errors!.Select(e => $"{e.Field} {e.Rule}"));
        Assert.Equal(SellerOutcome.NotFound, (await changes.ChangeAsync(TestHouse.Seller + 1, sale.SaleId, 1, "a", TestHouse.Token)).Outcome);
        Assert.Equal(SellerOutcome.NotFound, (await changes.ChangeAsync(TestHouse.Seller, sale.SaleId + 1, 1, "a", TestHouse.Token)).Outcome);
        Assert.Null(await house.Get<AuditTrail>().ListAsync(TestHouse.Seller + 1, sale.SaleId, TestHouse.Token));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Steering_AtRandomUnderTwoHundredShoppers_KeepsTheAccount(Store store)
    {
        const int Shoppers = 200;
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"Seed {seed}");
        await using var house = await TestHouse.StartAsync(store);
        var (sales, changes) = (house.Get<SellerSales>(), house.Get<StockChanges>());
        var sale = await house.OpenSaleAsync(units: 100, limit: 3);
        var (units, most, granted, soldWhileNotOpen, triedAfterTheEnd) = (100, 100, 0, 0, 0);

        // Odd: a pause is confirmed, and nobody has asked to resume yet; or the end is.
        var era = 0;
        using var done = new CancellationTokenSource();
        var shoppers = Enumerable.Range(1, Shoppers).Select(user => Task.Run(() => ShopAsync(user))).ToList();
        await SteerAsync(new Random(seed));
        await ConfirmAsync(() => sales.EndAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token));
        Interlocked.Increment(ref era);
        await TestHouse.WaitForAsync(() => Task.FromResult<object?>(Volatile.Read(ref triedAfterTheEnd) > 2 * Shoppers ? "so" : null));
        await done.CancelAsync();
        await Task.WhenAll(shoppers);

        var account = await house.SettledAccountAsync(sale);
        Assert.Equal(0, soldWhileNotOpen);
        Assert.True(granted > 0);
        Assert.Equal((units, granted), (account.Units, account.AwaitingPayment + account.Paid + account.Released));
        Assert.True(account.AwaitingPayment + account.Left == units, $"{account}, seed {seed}");
        Assert.Equal(0, await house.ReadAsync(db => db.SeckillRecords.CountAsync(r => r.Status == SeckillStatus.Refused)));

        async Task ShopAsync(int user)
        {
            var random = new Random(seed + user);
            while (!done.IsCancellationRequested)
            {
                var before = Volatile.Read(ref era);
                var grab = await house.GrabAsync(sale, user);
                if (grab.Outcome == GrabOutcome.Ended)
                {
                    Interlocked.Increment(ref triedAfterTheEnd);
                }

                if (grab.Outcome == GrabOutcome.Granted)
                {
                    Interlocked.Increment(ref granted);
                    if (before % 2 == 1 && before == Volatile.Read(ref era))
                    {
                        Interlocked.Increment(ref soldWhileNotOpen);
                    }

                    if (random.Next(2) == 0)
                    {
                        var order = await house.OrderOfAsync(grab.SeckillId, user);
                        await house.Get<OrderCancellation>().CancelAsync(order.OrderId, user, TestHouse.Token);
                    }
                }

                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 30)), TimeProvider.System, TestHouse.Token);
            }
        }

        async Task SteerAsync(Random random)
        {
            for (var i = 0; i < 40; i++)
            {
                switch (random.Next(7))
                {
                    case 0:
                        await PauseAsync();
                        break;
                    case 1:
                        await house.RebuildAsync(sale);
                        break;
                    case 6:
                        await ConfirmAsync(() => sales.ProlongAsync(TestHouse.Seller, sale.SaleId, house.Now.AddMinutes(random.Next(10, 90)), TestHouse.Token));
                        break;
                    case 2 or 3:
                        await ChangeUnitsAsync(random.Next(1, 40), i);
                        break;
                    default:
                        await ChangeUnitsAsync(-random.Next(1, 25), i);
                        break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), TimeProvider.System, TestHouse.Token);
            }
        }

        async Task PauseAsync()
        {
            await ConfirmAsync(() => sales.PauseAsync(TestHouse.Seller, sale.SaleId, "A moment", TestHouse.Token));
            Interlocked.Increment(ref era);
            await Task.Delay(TimeSpan.FromMilliseconds(60), TimeProvider.System, TestHouse.Token);
            Interlocked.Increment(ref era);
            await ConfirmAsync(() => sales.ResumeAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token));
        }

        async Task ChangeUnitsAsync(int delta, int number)
        {
            if (await ConfirmAsync(() => changes.ChangeAsync(TestHouse.Seller, sale.SaleId, delta, $"change-{number}", TestHouse.Token)) == SellerOutcome.Done)
            {
                units += delta;
                most = Math.Max(most, units);
            }

            var account = await house.AccountAsync(sale);
            Assert.True(account.AwaitingPayment + account.Paid <= most, $"{account}, seed {seed}");
        }

        static async Task<SellerOutcome> ConfirmAsync(Func<Task<SellerResult>> ask)
        {
            while (true)
            {
                var outcome = (await ask()).Outcome;
                if (outcome != SellerOutcome.NotNow)
                {
                    Assert.Contains(outcome, (SellerOutcome[])[SellerOutcome.Done, SellerOutcome.FewerLeft]);
                    return outcome;
                }
            }
        }
    }

    private static Task<SellerResult> ChangeAsync(TestHouse house, TestSale sale, int delta, string key = "the-key") =>
        house.Get<StockChanges>().ChangeAsync(TestHouse.Seller, sale.SaleId, delta, key, TestHouse.Token);

    private static async Task<StockChange> StartAsync(TestHouse house, TestSale sale, int delta)
    {
        var (refused, changeId) = await house.Get<StockChanges>().StartAsync(TestHouse.Seller, sale.SaleId, delta, "the-key", TestHouse.Token);
        Assert.Null(refused);
        return await house.ReadAsync(db => db.StockChanges.SingleAsync(c => c.StockChangeId == changeId));
    }

    private static async Task DisturbAsync(TestHouse house, TestSale sale, Meanwhile meanwhile)
    {
        var card = house.Card(sale);
        switch (meanwhile)
        {
            case Meanwhile.Rebuilt:
                Assert.True(await house.RebuildAsync(sale));
                break;
            case Meanwhile.RebuildAsked:
                await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);
                break;
            case Meanwhile.HalfRebuilt:
                await house.Get<OrderBook>().RequestRebuildAsync(sale.SaleId, TestHouse.Token);
                Assert.True(await house.Get<LoadScripts>().BeginAsync(card.Keys, card.Generation + 1));
                break;
            case Meanwhile.StoreLost:
                await house.Get<StoreConnection>().Database.KeyDeleteAsync([card.Keys.Sale, card.Keys.Held, card.Keys.Vip, card.Keys.Tickets, card.Keys.Requests]);
                break;
        }
    }

    private static Task<bool> InstallAsync(TestHouse house, SaleCard card, long generation, int units) =>
        house.Get<LoadScripts>().InstallAsync(
            card.Keys,
            generation,
            TestGate.Contents(units) with { OpensAt = Seckill.Core.Milliseconds.ToMilliseconds(card.OpensAt), EndsAt = Seckill.Core.Milliseconds.ToMilliseconds(card.EndsAt), Version = card.Version });

    private static Task<(int Units, int Stock)> SqlAsync(TestHouse house, TestSale sale) => house.ReadAsync(async db =>
        ((await db.FlashSales.SingleAsync(s => s.SaleId == sale.SaleId)).Units, (await db.Stocks.SingleAsync(s => s.SaleId == sale.SaleId)).SeckillStock));
}
