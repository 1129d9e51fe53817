using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Ordering;

public sealed class OrderWriterTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_QueuedTickets_BecomeOrdersWithTheirPriceAndDeadline(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 3, paymentWindowSeconds: 60);
        var seckillId = await house.QueueAsync(sale, user: 1, quantity: 3, key: "k");
        Assert.Equal(SeckillStatus.PendingOrder, await house.StatusAsync(seckillId, 1));
        Assert.Null(await house.StatusAsync(seckillId, 2));

        Assert.Equal(1, await house.WriteAsync(sale));

        var order = await house.OrderOfAsync(seckillId, 1);
        Assert.Equal((OrderStatus.PendingPayment, 3, 4900L, 14700L), (order.Status, order.Quantity, order.UnitPriceCents, order.TotalCents));
        Assert.Equal(TimeSpan.FromSeconds(60), order.PayBeforeAt - order.CreatedAt);
        Assert.Equal((10, 7, 0, 3), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_GoesOn_UntilNothingIsLeftOrSomethingElseIsToBeDone(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 2 * TicketQueue.BatchSize + 7);
        await house.QueueEachAsync(sale, Enumerable.Range(1, TicketQueue.BatchSize + 5));

        // Asked once after each batch; more tickets come while the first one is written.
        var batches = 0;
        var written = await house.WriteAsync(
            sale,
            goOn: () =>
            {
                if (++batches == 1)
                {
                    Task.Run(async () => await house.QueueAsync(sale, user: TicketQueue.BatchSize + 6)).Wait(TestHouse.Token);
                }

                return batches < 3;
            });

        Assert.Equal((TicketQueue.BatchSize + 6, 2), (written, batches));
        Assert.Equal((2 * TicketQueue.BatchSize + 7, TicketQueue.BatchSize + 1, 0, written), await house.NumbersAsync(sale));

        // Told to stop at once, it has written one batch.
        await house.QueueEachAsync(sale, Enumerable.Range(TicketQueue.BatchSize + 7, TicketQueue.BatchSize + 1));

        Assert.Equal(TicketQueue.BatchSize, await house.WriteAsync(sale));
        Assert.Single(await house.Get<SaleGate>().ReadQueueAsync(house.Card(sale).Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_SameBatchByTwoWriters_TakesStockOnce(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 100);
        await house.QueueEachAsync(sale, Enumerable.Range(1, 20));
        var peeked = (await house.Get<TicketQueue>().PeekAsync(house.Card(sale).Keys))!;
        var tickets = peeked.Raw.Select(raw => Ticket.Parse(raw)!).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => house.Get<OrderBook>().WriteAsync(sale.SaleId, peeked.Generation, tickets, null, TestHouse.Token)));

        Assert.Equal(20, await house.ReadAsync(db => db.Orders.CountAsync()));
        Assert.Equal(20, await house.WriteAsync(sale));
        Assert.Equal((100, 80, 0, 20), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_DiedBeforeTheTrim_TheSameTicketsChangeNothingTheSecondTime(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 5);
        var seckillId = await house.QueueAsync(sale, user: 1);
        var peeked = (await house.Get<TicketQueue>().PeekAsync(house.Card(sale).Keys))!;
        await house.Get<OrderBook>().WriteAsync(sale.SaleId, peeked.Generation, [Ticket.Parse(peeked.Raw[0])!], null, TestHouse.Token);

        // The queue still holds it, and SQL has it: it is not counted as queued, before and after a rebuild.
        Assert.Equal((5, 4, 0, 1), await house.NumbersAsync(sale));
        Assert.True(await house.RebuildAsync(sale));
        Assert.Equal((5, 4, 0, 1), await house.NumbersAsync(sale));
        await house.TendAsync();
        Assert.Equal(1, await house.WriteAsync(sale));
        Assert.Equal((5, 4, 0, 1), await house.NumbersAsync(sale));
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(seckillId, 1));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_OneTicketTooMany_OnlyThatOneIsRefusedAndLeftStaysDown(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var last = await house.QueueEachAsync(sale, Enumerable.Range(1, 10));

        // As if Redis had lost data and admitted one too many.
        await house.UseAsync(db => db.Stocks.Where(s => s.SaleId == sale.SaleId).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, 9)));
        await house.UseAsync(db => db.FlashSales.Where(s => s.SaleId == sale.SaleId).ExecuteUpdateAsync(set => set.SetProperty(s => s.Units, 9)));
        var generation = house.Card(sale).Generation;

        Assert.Equal(10, await house.WriteAsync(sale));

        Assert.Equal(9, await house.ReadAsync(db => db.Orders.CountAsync()));
        Assert.Equal(SeckillStatus.Refused, await house.StatusAsync(last, 10));
        Assert.Equal(0, (await house.Get<SaleGate>().ReadAsync(house.Card(sale).Keys))!.Left);

        // The refusal has asked for a rebuild, which makes Redis agree.
        await house.TendAsync();
        Assert.True(house.Card(sale).Generation > generation);
        Assert.Equal((9, 0, 0, 9), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_RedisForgotWhatAShopperHolds_TheLimitHoldsInSql(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        await house.Get<StoreConnection>().Database.KeyDeleteAsync(house.Card(sale).Keys.Held);

        var again = await house.QueueAsync(sale, user: 1);
        Assert.Equal(1, await house.WriteAsync(sale));

        var lookup = await house.Get<SeckillQueries>().FindAsync(again, 1, TestHouse.Token);
        Assert.Equal((SeckillStatus.Refused, RefusalReason.OverLimit), (lookup.Seckill!.Status, lookup.Seckill.Reason));
        Assert.Equal(9, (await house.Get<SaleGate>().ReadAsync(house.Card(sale).Keys))!.Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_RebuiltSinceTheLook_WritesNothing(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        await house.QueueEachAsync(sale, Enumerable.Range(1, 5));

        // The writer has looked; then the store is emptied and the sale rebuilt from SQL; then the writer goes on.
        var peeked = (await house.Get<TicketQueue>().PeekAsync(house.Card(sale).Keys))!;
        var keys = house.Card(sale).Keys;
        await house.Get<StoreConnection>().Database.KeyDeleteAsync([keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests, keys.Queue]);
        await house.TendAsync();
        var booked = await house.Get<OrderBook>().WriteAsync(sale.SaleId, peeked.Generation, [.. peeked.Raw.Select(raw => Ticket.Parse(raw)!)], null, TestHouse.Token);

        Assert.True(booked.Fenced);
        Assert.Equal((10, 10, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_PoisonTicket_IsRefusedAndTheOthersAreWritten(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var first = await house.QueueAsync(sale, user: 1);
        var poison = await house.QueueAsync(sale, user: 666, key: "p");
        var last = await house.QueueAsync(sale, user: 3);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER poison BEFORE INSERT ON Orders WHEN NEW.BuyerId = 666 BEGIN SELECT RAISE(ABORT, 'rejected'); END"));
        var stalled = (await house.Get<TicketQueue>().PeekAsync(house.Card(sale).Keys))!;

        Assert.Equal(3, await house.WriteAsync(sale));

        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(first, 1));
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(last, 3));
        var lookup = await house.Get<SeckillQueries>().FindAsync(poison, 666, TestHouse.Token);
        Assert.Equal((SeckillStatus.Refused, RefusalReason.Unwritable), (lookup.Seckill!.Status, lookup.Seckill.Reason));
        Assert.Equal((10, 8, 0, 2), await house.NumbersAsync(sale));

        // A writer that looked before and comes late does not write it after all.
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER poison"));
        await house.Get<OrderBook>().WriteAsync(sale.SaleId, stalled.Generation, [.. stalled.Raw.Select(raw => Ticket.Parse(raw)!)], null, TestHouse.Token);
        Assert.Equal(2, await house.ReadAsync(db => db.Orders.CountAsync()));
        Assert.Equal((10, 8, 0, 2), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_NotEvenTheRefusalCanBeWritten_NobodyWaitsBehindItAndItComesRoundAgain(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10);
        var poison = await house.QueueAsync(sale, user: 666);
        var second = await house.QueueAsync(sale, user: 2);
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER poison BEFORE INSERT ON SeckillRecords WHEN NEW.UserId = 666 BEGIN SELECT RAISE(ABORT, 'rejected'); END"));

        Assert.Equal(1, await house.WriteAsync(sale, goOn: () => true));
        var third = await house.QueueAsync(sale, user: 3);
        Assert.Equal(1, await house.WriteAsync(sale));
        Assert.Equal(0, await house.WriteAsync(sale));

        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(second, 2));
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(third, 3));
        Assert.Equal(SeckillStatus.PendingOrder, await house.StatusAsync(poison, 666));
        Assert.Equal((10, 7, 1, 2), await house.NumbersAsync(sale));

        // The database has been mended.
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER poison"));
        Assert.Equal(0, await house.WriteAsync(sale));
        house.Time.Turn(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await house.WriteAsync(sale));
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(poison, 666));
        Assert.Equal((10, 7, 0, 3), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_VipTickets_TakeFromTheQuotaAndClosingGivesItBack(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, limit: 1, vips: (7, 5));
        await house.QueueAsync(sale, user: 7, quantity: 2);
        await house.WriteAsync(sale);
        Assert.Equal(3, await house.QuotaAsync(7));

        // The quota in this sale is what remains plus what this sale has taken: three more, not one.
        Assert.True(await house.RebuildAsync(sale));
        await house.TendAsync();
        await house.QueueAsync(sale, user: 7, quantity: 3);
        await house.WriteAsync(sale);
        Assert.Equal(0, await house.QuotaAsync(7));

        house.Time.Turn(TimeSpan.FromHours(1));
        await house.ExpireAsync();
        Assert.Equal(5, await house.QuotaAsync(7));
        Assert.Equal((10, 10, 0, 0), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Write_QuotaLoweredWhileQueued_TheGrantedUnitsStillBecomeAnOrder(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 10, vips: (1, 5));
        var granted = await house.QueueAsync(sale, user: 1, quantity: 3);

        await house.Get<SellerProducts>().SetVipLimitAsync(TestHouse.Seller, sale.ProductId, 1, 1, TestHouse.Token);
        await house.TendAsync();
        await house.WriteAsync(sale);

        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(granted, 1));
        Assert.Equal(0, await house.QuotaAsync(1));
        Assert.Equal((10, 7, 0, 3), await house.NumbersAsync(sale));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Writer_OwnGrabsKeepComing_TheTicketOfAnotherProcessIsFoundMeanwhile(Store store)
    {
        await using var house = await TestHouse.StartAsync(store);
        var (busy, quiet) = (await house.OpenSaleAsync(units: 100_000), await house.OpenSaleAsync(units: 10));
        await house.GrabAsync(busy, user: 1);

        // Nobody here tells the writer of it.
        var queued = await house.QueueAsync(quiet, user: 1);

        var user = 2L;
        await TestHouse.WaitForAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.GrabAsync(busy, user++).AsTask()));
            return await house.StatusAsync(queued, 1) == SeckillStatus.PendingPayment;
        });
        Assert.Equal((10, 9, 0, 1), await house.NumbersAsync(quiet));
    }

    [Theory, InlineData(Store.Embedded, false), InlineData(Store.Embedded, true), InlineData(Store.Redis, false), InlineData(Store.Redis, true)]
    public async Task Writer_GoesOnWithALongQueue_TheTicketOfAnotherSaleDoesNotWaitForItsEnd(Store store, bool announced)
    {
        await using var house = await TestHouse.StartStillAsync(store, settings: ("Ordering:Acknowledge", "Written"));
        var (busy, quiet) = (await house.OpenSaleAsync(units: 20_000, lasts: TimeSpan.FromHours(9)), await house.OpenSaleAsync(units: 10));
        foreach (var users in Enumerable.Range(1, 20_000).Chunk(500))
        {
            await Task.WhenAll(users.Select(user => house.QueueAsync(busy, user)));
        }

        using var writer = ActivatorUtilities.CreateInstance<OrderWriterService>(house.Get<IServiceProvider>());
        await writer.StartAsync(TestHouse.Token);
        await TestHouse.WaitForAsync(() => house.ReadAsync(db => db.Orders.AnyAsync()));
        var queued = await house.QueueAsync(quiet, user: 1);
        if (announced)
        {
            house.Get<StockSignals>().WithTickets[quiet.SaleId] = true;
        }

        await TestHouse.WaitForAsync(async () => await house.StatusAsync(queued, 1) == SeckillStatus.PendingPayment);

        Assert.NotEmpty(await house.Get<SaleGate>().ReadQueueAsync(house.Card(busy).Keys));
        await writer.StopAsync(TestHouse.Token);
        Assert.Equal((20_000, 0, 0, 20_000), await house.NumbersAsync(busy));
    }

    [Fact]
    public async Task News_TwoWaitForOneIdAndTheFirstHangsUp_TheSecondHears()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var news = house.Get<OrderNews>();
        using var hangUp = new CancellationTokenSource();
        news.Expect(7);
        var first = news.WaitAsync(7, replayed: false, hangUp.Token).AsTask();
        var second = news.WaitAsync(7, replayed: true, TestHouse.Token).AsTask();
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // SQL does not have it: only the news can say so.
        news.Publish([new(new(7, 1, 1, 0, null, false, 1, 1), null)]);

        Assert.Equal(GrabOutcome.Granted, await second);
    }
}
