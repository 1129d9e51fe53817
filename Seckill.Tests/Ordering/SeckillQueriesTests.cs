using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Ordering;

public sealed class SeckillQueriesTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_OrderIsWrittenCancelledAndReleasedRightAfterTheLedgerWasRead_IsNeverNotConfirmed(Store store)
    {
        var meanwhile = new Meanwhile();
        await using var house = await TestHouse.StartStillAsync(store, configure: services => services.AddSingleton<IInterceptor>(meanwhile));
        var sale = await house.OpenSaleAsync(units: 5);
        var seckillId = await house.QueueAsync(sale, user: 1);
        meanwhile.Once = async () =>
        {
            await house.WriteAsync(sale);
            await house.Get<OrderCancellation>().CancelAsync((await house.OrderOfAsync(seckillId, 1)).OrderId, 1, TestHouse.Token);
        };

        var lookup = await house.Get<SeckillQueries>().FindAsync(seckillId, 1, TestHouse.Token);

        Assert.Null(meanwhile.Once);
        Assert.Equal(SeckillLookupOutcome.Found, lookup.Outcome);
        Assert.Equal(SeckillStatus.Cancelled, await house.StatusAsync(seckillId, 1));
        Assert.Equal((5, 5, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_TwoSalesWereOpenAndOneIsNotThereToBeAsked_IsFoundInTheOther(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var away = await house.OpenSaleAsync(units: 1, lasts: TimeSpan.FromHours(9));
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.Get<StoreConnection>().Database.KeyDeleteAsync(house.Card(away).Keys.Sale);

        var (mine, anothers) = (await FindAsync(user: 1), await FindAsync(user: 2));

        Assert.Equal((SeckillLookupOutcome.Found, SeckillStatus.PendingOrder, sale.ProductId), (mine.Outcome, mine.Seckill?.Status, mine.Seckill?.ProductId));
        Assert.Null(anothers.Seckill);

        Task<SeckillLookup> FindAsync(long user) => house.Get<SeckillQueries>().FindAsync(seckillId, user, TestHouse.Token);
    }

    [Fact]
    public async Task Find_GrantedByAnotherNodeInASaleThatThisOneHasNotSeenYet_IsNotNowAndThenThere()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Redis);
        await using var other = await TestHouse.StartStillAsync(Store.Redis, house.DataDirectory, redis: house.Get<IConfiguration>()["ConnectionStrings:Redis"]);
        var before = house.Now;
        var sale = await house.OpenSaleAsync(units: 1);
        other.Time.Turn(house.Now - before);
        var seckillId = await house.QueueAsync(sale, user: 1);
        other.Time.Turn(TimeSpan.FromMinutes(1));

        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync(user: 1)).Outcome);
        await other.TendAsync();
        Assert.Equal(SeckillStatus.PendingOrder, (await FindAsync(user: 1)).Seckill?.Status);
        Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await FindAsync(user: 2)).Outcome);

        Task<SeckillLookup> FindAsync(long user) => other.Get<SeckillQueries>().FindAsync(seckillId, user, TestHouse.Token);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_GrabIsStillOnItsWayToTheStore_IsNotNowThenTheLastWord(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var (sentTo, sentAt, grab) = (house.Card(sale), house.Get<StoreClock>().Milliseconds, new GrabTry(house.Get<IdGenerator>().Next(), 1, 1, null));

        house.Time.Turn(TimeSpan.FromSeconds(1));
        await house.TendAsync();
        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync()).Outcome);
        house.Time.Turn(TimeSpan.FromSeconds(9));
        await house.TendAsync();
        Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await FindAsync()).Outcome);

        var arrived = await house.Get<GrabScript>().RunAsync(sentTo, sentAt, queueBound: 10, [grab], TimeSpan.FromSeconds(30));
        Assert.Equal(BatchAnswer.Fenced, arrived.Answer);
        Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await FindAsync()).Outcome);
        await house.QueueAsync(sale, user: 2);

        Task<SeckillLookup> FindAsync() => house.Get<SeckillQueries>().FindAsync(grab.SeckillId, 1, TestHouse.Token);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_GrabArrivesBeforeTheLastWord_IsFound(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        var (sentAt, grab) = (house.Get<StoreClock>().Milliseconds, new GrabTry(house.Get<IdGenerator>().Next(), 1, 1, null));
        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync()).Outcome);

        var arrived = await house.Get<GrabScript>().RunAsync(house.Card(sale), sentAt, queueBound: 10, [grab], TimeSpan.FromSeconds(30));

        Assert.Equal([GrabAnswer.Granted], arrived.Answers);
        house.Time.Turn(TimeSpan.FromSeconds(10));
        await house.TendAsync();
        Assert.Equal(SeckillStatus.PendingOrder, (await FindAsync()).Seckill?.Status);

        Task<SeckillLookup> FindAsync() => house.Get<SeckillQueries>().FindAsync(grab.SeckillId, 1, TestHouse.Token);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_RebuildHasRaisedTheGenerationAndNotBegun_IsNotNow(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 1);
        await house.Get<Ledger>().WriteAsync(
            db => db.FlashSales.Where(s => s.SaleId == sale.SaleId).ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, s => s.Generation + 1), TestHouse.Token), TestHouse.Token);
        await house.Get<DirectoryRefresh>().RunAsync(TestHouse.Token);
        var (sentTo, sentAt, grab) = (house.Card(sale), house.Get<StoreClock>().Milliseconds, new GrabTry(house.Get<IdGenerator>().Next(), 1, 1, null));
        house.Time.Turn(TimeSpan.FromSeconds(10));
        await house.Get<DirectoryRefresh>().RunAsync(TestHouse.Token);

        // What is settled before the rebuild begins would be forgotten, and this grab comes with the rebuild's own generation.
        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync()).Outcome);
        Assert.True(await house.Get<LoadScripts>().BeginAsync(sentTo.Keys, sentTo.Generation));
        Assert.True(await house.Get<LoadScripts>().InstallAsync(sentTo.Keys, sentTo.Generation, new(
            1, 1, sentTo.OpensAt.ToMilliseconds(), sentTo.EndsAt.ToMilliseconds(), 1, Paused: false, sentTo.Version,
            new Dictionary<long, int>(), new Dictionary<long, int>(), new Dictionary<long, (long, int)>(), new Dictionary<string, string>(), [])));
        Assert.Equal([GrabAnswer.Granted], (await house.Get<GrabScript>().RunAsync(sentTo, sentAt, queueBound: 10, [grab], TimeSpan.FromSeconds(30))).Answers);
        Assert.Equal(SeckillStatus.PendingOrder, (await FindAsync()).Seckill?.Status);

        Task<SeckillLookup> FindAsync() => house.Get<SeckillQueries>().FindAsync(grab.SeckillId, 1, TestHouse.Token);
    }

    [Fact]
    public async Task Find_ClockWasSetBack_IsNeverNotConfirmed()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        house.Time.Turn(TimeSpan.FromSeconds(10));
        await house.TendAsync();

        // The sale, which is open, opens in a quarter of an hour by this clock.
        house.Time.Turn(TimeSpan.FromMinutes(-15));
        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync(seckillId)).Outcome);
        await house.TendAsync();
        Assert.Equal(SeckillLookupOutcome.NotNow, (await FindAsync(seckillId)).Outcome);
        Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await FindAsync(long.MaxValue)).Outcome);

        Task<SeckillLookup> FindAsync(long id) => house.Get<SeckillQueries>().FindAsync(id, 1, TestHouse.Token);
    }

    [Fact]
    public async Task Find_ClockHasFallenBehindTheOpening_IsStillThere()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Redis);
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        var (clock, behind) = (house.Get<StoreClock>(), house.Card(sale).OpensAt.AddSeconds(-2));
        clock.Set(new DateTimeOffset(behind).ToUnixTimeMilliseconds(), clock.Time.GetTimestamp());
        Assert.InRange(clock.UtcNow, behind, behind.AddSeconds(1));

        Assert.Equal(SeckillStatus.PendingOrder, (await house.Get<SeckillQueries>().FindAsync(seckillId, 1, TestHouse.Token)).Seckill?.Status);
    }

    /// <summary>Does something once, when the records have been read and before anybody knows what was read.</summary>
    private sealed class Meanwhile : DbCommandInterceptor
    {
        public Func<Task>? Once { get; set; }

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("FROM \"SeckillRecords\"", StringComparison.Ordinal) && Once is { } once)
            {
                Once = null;
                await once();
            }

            return result;
        }
    }
}
