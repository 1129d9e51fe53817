using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Accounts;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Grabbing;

public sealed class GrabDeskTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_ManyShoppersForFewUnits_SellsExactlyTheUnits(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);

        var grabs = await Task.WhenAll(Enumerable.Range(1, 500).Select(user => house.GrabAsync(sale, user).AsTask()));

        Assert.Equal(10, grabs.Count(g => g.Outcome == GrabOutcome.Granted));
        Assert.All(grabs.Where(g => g.Outcome != GrabOutcome.Granted), g => Assert.Equal(GrabOutcome.SoldOutForNow, g.Outcome));
        var account = await house.SettledAccountAsync(sale);
        Assert.Equal((10, 0, 10), (account.Units, account.Left, account.AwaitingPayment));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_QuantitiesLimitsQuotasAndKeysMixed_NeverMoreThanTheUnitsOrAnybodysLimit(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 2, vips: [(1, 4), (2, 0)]);
        var random = new Random(7);

        var grabs = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            var (user, quantity) = (random.Next(1, 40), random.Next(1, 5));
            var key = i % 4 == 0 ? $"k{user}-{quantity}" : null;
            var result = await house.GrabAsync(sale, user, quantity, key);
            return (User: (long)user, Quantity: quantity, Result: result);
        }));

        var sold = grabs.Where(g => g.Result.Outcome == GrabOutcome.Granted).DistinctBy(g => g.Result.SeckillId).ToList();
        Assert.InRange(sold.Sum(g => g.Quantity), 1, 10);
        Assert.All(sold.GroupBy(g => g.User), g => Assert.InRange(g.Sum(x => x.Quantity), 1, g.Key == 1 ? 4 : 2));
        Assert.DoesNotContain(sold, g => g.User == 2);
        var account = await house.SettledAccountAsync(sale);
        Assert.Equal(sold.Sum(g => g.Quantity), account.AwaitingPayment);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_WinnerRepeatsTheLastUnitsKey_IsAWinnerAgain(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var first = await house.GrabAsync(sale, user: 1, key: "mine");
        Assert.Equal(GrabOutcome.SoldOutForNow, (await house.GrabAsync(sale, user: 2)).Outcome);

        // From this node's memory everybody is refused now, but not a request with a key.
        Assert.Equal(first, await house.GrabAsync(sale, user: 1, key: "mine"));
        Assert.Equal(GrabOutcome.KeyReused, (await house.GrabAsync(sale, user: 1, quantity: 2, key: "mine")).Outcome);
        Assert.Equal(GrabOutcome.SoldOutForNow, (await house.GrabAsync(sale, user: 2, key: "mine")).Outcome);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_UnitsComeBack_AreSoldWithinTheMemorysAge(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var order = await house.OrderAsync(sale, user: 1);
        Assert.Equal(GrabOutcome.SoldOutForNow, (await house.GrabAsync(sale, user: 2)).Outcome);

        await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token);

        await TestHouse.WaitForAsync(async () => (await house.GrabAsync(sale, user: 2)).Outcome == GrabOutcome.Granted);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_EachPhase_IsRefusedForWhatItIs(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var sales = house.Get<SellerSales>();
        var sale = await house.OpenSaleAsync(units: 5, limit: 2, opensIn: TimeSpan.FromHours(1), lasts: TimeSpan.FromHours(1));
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(sale, user: 1)).Outcome);

        // Loaded, and not open for another second, with a key and without.
        house.Time.Turn(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(30));
        await TestHouse.WaitForAsync(async () => await house.Get<SaleGate>().ReadAsync(house.Card(sale).Keys) is { Rebuilding: false } loaded && loaded.Generation == house.Card(sale).Generation);
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(sale, user: 1)).Outcome);
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(sale, user: 1, key: "early")).Outcome);

        house.Time.Turn(TimeSpan.FromSeconds(30));
        Assert.Equal(GrabOutcome.Granted, (await house.GrabAsync(sale, user: 1)).Outcome);
        Assert.Equal(GrabOutcome.OverLimit, (await house.GrabAsync(sale, user: 1, quantity: 2)).Outcome);

        Assert.Equal(SellerOutcome.Done, (await sales.PauseAsync(TestHouse.Seller, sale.SaleId, "Back soon", TestHouse.Token)).Outcome);
        Assert.Equal(GrabOutcome.Paused, (await house.GrabAsync(sale, user: 2)).Outcome);
        Assert.Equal(GrabOutcome.Paused, (await house.GrabAsync(sale, user: 2, key: "p")).Outcome);
        Assert.Equal(SellerOutcome.Done, (await sales.ResumeAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token)).Outcome);
        await TestHouse.WaitForAsync(async () => (await house.GrabAsync(sale, user: 2)).Outcome == GrabOutcome.Granted);

        var few = await house.GrabAsync(sale, user: 3, quantity: 2);
        Assert.Equal(GrabOutcome.Granted, few.Outcome);
        var fewer = await house.GrabAsync(sale, user: 4, quantity: 2);
        Assert.Equal((GrabOutcome.FewerLeft, 1), (fewer.Outcome, fewer.Left));

        Assert.Equal(SellerOutcome.Done, (await sales.EndAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token)).Outcome);
        Assert.Equal(GrabOutcome.Ended, (await house.GrabAsync(sale, user: 5)).Outcome);
        Assert.Equal(GrabOutcome.Ended, (await house.GrabAsync(sale, user: 5, key: "late")).Outcome);
        Assert.Equal(GrabOutcome.UnknownProduct, (await house.GrabAsync(new(1, 1), user: 5)).Outcome);
    }

    [Fact]
    public async Task TryGrab_BadInput_IsInvalidAndTakesNothing()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 5, limit: 5);

        foreach (var quantity in (int[])[0, -1, int.MinValue])
        {
            Assert.Equal(GrabOutcome.Invalid, (await house.GrabAsync(sale, 1, quantity)).Outcome);
        }

        foreach (var key in (string[])["", "a b", "ü", "a:b", new string('x', 65), "a\n"])
        {
            Assert.Equal(GrabOutcome.Invalid, (await house.GrabAsync(sale, 1, 1, key)).Outcome);
        }

        Assert.Equal(GrabOutcome.OverLimit, (await house.GrabAsync(sale, 1, int.MaxValue)).Outcome);
        Assert.Equal((5, 5, 0, 0), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task TryGrab_MoreTriesThanAllowed_IsToldWhenToTryAgain()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded, settings: ("Grabbing:TriesPerSecond", "2"));
        var sale = await house.OpenSaleAsync(units: 5, limit: 5);

        var grabs = new List<GrabResult>();
        for (var i = 0; i < 6; i++)
        {
            grabs.Add(await house.GrabAsync(sale, user: 1));
        }

        Assert.Equal(GrabOutcome.Granted, grabs[0].Outcome);
        Assert.Contains(grabs, g => g.Outcome == GrabOutcome.TooManyTries && g.RetryAfter > TimeSpan.Zero && g.RetryAfter <= TimeSpan.FromSeconds(1));
        Assert.Equal(GrabOutcome.Granted, (await house.GrabAsync(sale, user: 2)).Outcome);
    }

    [Fact]
    public async Task TryGrab_QueueAtItsBound_TakesNothing()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Redis, settings: [("Ordering:QueueBound", "2"), ("Ordering:Acknowledge", "Queued")]);
        var sale = await house.OpenSaleAsync(units: 5);

        var grabs = await Task.WhenAll(Enumerable.Range(1, 5).Select(user => house.GrabAsync(sale, user).AsTask()));

        Assert.Equal(2, grabs.Count(g => g.Outcome == GrabOutcome.Granted));
        Assert.Equal(3, grabs.Count(g => g.Outcome == GrabOutcome.NotTaken && g.RetryAfter > TimeSpan.Zero));
        Assert.Equal((5, 3, 2, 0), await house.NumbersAsync(sale));
        Assert.Equal(2, await house.WriteAsync(sale));
        Assert.Equal(GrabOutcome.Granted, (await house.GrabAsync(sale, user: 9)).Outcome);
    }

    [Fact]
    public async Task TryGrab_Written_AnswersAfterTheCommitAndStillKnowsWhenTheWriterRests()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 5);

        // Nobody writes: after its patience the winner hears that the outcome is not known, with the id to ask by.
        var unknown = await house.GrabAsync(sale, user: 1, key: "k");
        Assert.Equal(GrabOutcome.Unknown, unknown.Outcome);
        Assert.Equal(SeckillStatus.PendingOrder, await house.StatusAsync(unknown.SeckillId, 1));

        // The commit comes before the waiter would hear of it: a repeated request reads SQL.
        await house.WriteAsync(sale);
        Assert.Equal((GrabOutcome.Granted, unknown.SeckillId), await GrabbedAsync(house, sale, "k"));

        var grab = house.GrabAsync(sale, user: 2).AsTask();
        await TestHouse.WaitForAsync(async () => await house.WriteAsync(sale) > 0);
        Assert.Equal(GrabOutcome.Granted, (await grab).Outcome);
    }

    [Fact]
    public async Task TryGrab_StoreAnswersTooLate_IsUnknownAndTheOrderAppearsUnderTheIdThatWasTold()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var house = await TestHouse.StartAsync(Store.Redis, redis: redis.ConnectionString, settings: ("Grabbing:StorePatience", "00:00:00.200"));
        var sale = await house.OpenSaleAsync(units: 5);

        // What is sent now runs later.
        await redis.AskAsync("CLIENT", "PAUSE", "60000", "WRITE");
        var grab = await house.GrabAsync(sale, user: 1, key: "k");
        await redis.AskAsync("CLIENT", "UNPAUSE");

        Assert.Equal(GrabOutcome.Unknown, grab.Outcome);
        Assert.Equal(grab.SeckillId, (await house.OrderOfAsync(grab.SeckillId, 1)).SeckillId);
        await TestHouse.WaitForAsync(async () => await GrabbedAsync(house, sale, "k") == (GrabOutcome.Granted, grab.SeckillId));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_NewsOfItsOrder_IsWaitedForBeforeTheUnitIsTaken(Store store)
    {
        var early = new ConcurrentDictionary<long, bool>();
        await using var house = await TestHouse.StartAsync(store, services => services.AddSingleton<IAcknowledgement>(provider => new Watched(provider, early)), settings: ("Ordering:Acknowledge", "Written"));
        var sale = await house.OpenSaleAsync(units: 5);

        var grab = await house.GrabAsync(sale, user: 1);

        Assert.Equal(GrabOutcome.Granted, grab.Outcome);
        Assert.True(early[grab.SeckillId]);
    }

    [Fact]
    public async Task TryGrab_SuspendedShopper_IsNotAllowed()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 5);
        var user = (await house.Get<UserAccounts>().RegisterAsync(new("somebody", "long enough", "A", "B"), "address", TestHouse.Token)).User!.UserId;

        await house.Get<UserAdministration>().ChangeAsync(user, null, suspended: true, TestHouse.Token);

        await TestHouse.WaitForAsync(async () => (await house.GrabAsync(sale, user, quantity: 9)).Outcome == GrabOutcome.NotAllowed);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_RefusedWhenItsOrderWasWritten_CanBeRepeatedWithItsKey(Store store)
    {
        await using var house = await TestHouse.StartAsync(store, settings: ("Ordering:Acknowledge", "Written"));
        var sale = await house.OpenSaleAsync(units: 5);
        var order = await house.OrderAsync(sale, user: 1);
        await house.Get<StoreConnection>().Database.KeyDeleteAsync(house.Card(sale).Keys.Held);

        // Redis has forgotten that this shopper holds one; SQL has not, the first time and again.
        Assert.Equal(GrabOutcome.OverLimit, (await house.GrabAsync(sale, user: 1, key: "k")).Outcome);
        Assert.Equal(GrabOutcome.OverLimit, (await house.GrabAsync(sale, user: 1, key: "k")).Outcome);

        // Once they hold none, the same request is as good as a new one: it never took anything.
        await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token);
        await TestHouse.WaitForAsync(async () => (await house.GrabAsync(sale, user: 1, key: "k")).Outcome == GrabOutcome.Granted);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TryGrab_KeyOfTheSaleThatEndedWhenTheNextIsPlanned_AnswersAsTheFirstTime(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 2, lasts: TimeSpan.FromMinutes(10));
        var next = await house.PlanSaleAsync(sale.ProductId, units: 1, opensIn: TimeSpan.FromMinutes(30));
        var first = await house.QueueAsync(sale, user: 1, key: "k");
        await house.WriteAsync(sale);
        house.Time.Turn(TimeSpan.FromMinutes(10));

        Assert.Equal((GrabOutcome.Granted, first), await GrabbedAsync(house, next, "k"));
        Assert.Equal(GrabOutcome.NotStarted, (await house.GrabAsync(next, user: 2, key: "k")).Outcome);
        Assert.Equal(first, (await house.Get<SeckillQueries>().FindByKeyAsync(sale.ProductId, 1, "k", TestHouse.Token))!.SeckillId);
    }

    private static async Task<(GrabOutcome, long)> GrabbedAsync(TestHouse house, TestSale sale, string key)
    {
        var grab = await house.GrabAsync(sale, user: 1, key: key);
        return (grab.Outcome, grab.SeckillId);
    }

    /// <summary>Sees whether the unit was still there when its news began to be waited for.</summary>
    private sealed class Watched(IServiceProvider services, ConcurrentDictionary<long, bool> early) : IAcknowledgement
    {
        private readonly OrderNews _news = services.GetRequiredService<OrderNews>();

        public void Expect(long seckillId)
        {
            var (store, live) = (services.GetRequiredService<StoreConnection>(), services.GetRequiredService<SaleDirectory>().Live);
            early.TryAdd(seckillId, !live.Any(sale => store.Database.HashExists(sale.Keys.Tickets, seckillId)));
            _news.Expect(seckillId);
        }

        public void Forget(long seckillId) => _news.Forget(seckillId);

        public ValueTask<GrabOutcome> WaitAsync(long seckillId, bool replayed, CancellationToken cancellationToken) => _news.WaitAsync(seckillId, replayed, cancellationToken);
    }
}
