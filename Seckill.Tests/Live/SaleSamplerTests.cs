using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Live;

public sealed class SaleSamplerTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sample_AsTheSaleGoes_SaysHowItStands(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 3, limit: 2);
        await SampleAsync(house);
        var paid = await OrderAsync(house, sale, user: 1, quantity: 2);
        await house.Get<OrderPayment>().PayAsync(paid.OrderId, 1, decline: false, TestHouse.Token);
        await OrderAsync(house, sale, user: 2);
        await SampleAsync(house);
        await house.GrabAsync(sale, user: 3);
        await SampleAsync(house);

        var moments = await HistoryAsync(house, sale);
        Assert.Equal(
            [(3, 0, 0, 0L, 0L), (0, 1, 2, 2L, 0L), (0, 1, 2, 2L, 1L)],
            moments.Select(m => (m.Left, m.AwaitingPayment, m.Paid, m.Granted, m.Refused)));
        Assert.Null(await house.Get<SaleHistory>().ListAsync(TestHouse.Seller + 1, sale.SaleId, TestHouse.Token));
    }

    [Fact]
    public async Task Sample_NothingMoves_KeepsTheEndsOfTheStretch()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 3);
        for (var i = 0; i < 20; i++)
        {
            await SampleAsync(house);
        }

        await house.QueueAsync(sale, user: 1);
        await SampleAsync(house);

        var moments = await HistoryAsync(house, sale);
        Assert.Equal([3, 3, 2], moments.Select(m => m.Left));
        Assert.True(moments[1].At - moments[0].At > 18 * Step);
    }

    [Fact]
    public async Task Sample_SoldBeforeTheFirstLook_BeginsWithAllUnitsAtTheOpening()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 3, limit: 3);
        await OrderAsync(house, sale, user: 1, quantity: 3);
        await SampleAsync(house);

        var moments = await WholeHistoryAsync(house, sale);
        Assert.Equal([(3, 0L), (0, 1L)], moments.Select(m => (m.Left, m.Granted)));
        Assert.Equal((await house.Get<SellerSales>().FindAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!.OpensAt, moments[0].At);
    }

    [Fact]
    public async Task Sample_LongSale_StaysBoundedAndKeepsItsEnds()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 2000, limit: 2000, lasts: TimeSpan.FromDays(10));
        for (var i = 0; i < 1200; i++)
        {
            await house.QueueAsync(sale, user: 1);
            await SampleAsync(house);
        }

        var moments = await WholeHistoryAsync(house, sale);
        Assert.InRange(moments.Count, SaleSampler.MostSamples / 2, SaleSampler.MostSamples);
        Assert.Equal((2000, 800), (moments[0].Left, moments[^1].Left));
        Assert.Equal(moments.Select(m => m.Left).OrderDescending(), moments.Select(m => m.Left));
        Assert.True(moments[^1].At - moments[^50].At < 100 * Step);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Report_SoldOutReturnedAndSoldAgain_CountsAll(Store store)
    {
        await using var house = await TestHouse.StartStillAsync(store);
        var sale = await house.OpenSaleAsync(units: 2);
        house.Time.Turn(TimeSpan.FromSeconds(30));
        await PayAsync(await OrderAsync(house, sale, user: 1), user: 1);
        var returned = await OrderAsync(house, sale, user: 2);
        await SampleAsync(house);
        await house.Get<OrderCancellation>().CancelAsync(returned.OrderId, 2, TestHouse.Token);
        house.Time.Turn(TimeSpan.FromSeconds(30));
        await PayAsync(await OrderAsync(house, sale, user: 3), user: 3);

        var report = (await house.Get<SaleReports>().FindAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!;

        Assert.Equal((2, 2, 1, 1, 3, 2, 9800L), (report.Units, report.Sold, report.Returned, report.Resold, report.Orders, report.PaidOrders, report.RevenueCents));
        Assert.Equal(2 / 3d, report.Conversion);
        Assert.InRange(report.SoldOutAfter!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
        Assert.Equal(0, report.Account.Difference);
        Assert.Equal(SalePhase.SoldOut, report.Sale.Phase);
        Assert.Null(await house.Get<SaleReports>().FindAsync(TestHouse.Seller + 1, sale.SaleId, TestHouse.Token));

        Task PayAsync(OrderView order, long user) => house.Get<OrderPayment>().PayAsync(order.OrderId, user, decline: false, TestHouse.Token);
    }

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(3);

    private static async Task SampleAsync(TestHouse house)
    {
        house.Time.Turn(Step);
        await house.Get<SaleSampler>().SampleAsync(TestHouse.Token);
    }

    private static async Task<OrderView> OrderAsync(TestHouse house, TestSale sale, long user, int quantity = 1)
    {
        var seckillId = await house.QueueAsync(sale, user, quantity);
        await house.WriteAsync(sale);
        return await house.OrderOfAsync(seckillId, user);
    }

    // What was seen; before it comes the opening.
    private static async Task<IReadOnlyList<SaleMoment>> HistoryAsync(TestHouse house, TestSale sale) =>
        [.. (await WholeHistoryAsync(house, sale)).Skip(1)];

    private static async Task<IReadOnlyList<SaleMoment>> WholeHistoryAsync(TestHouse house, TestSale sale) =>
        (await house.Get<SaleHistory>().ListAsync(TestHouse.Seller, sale.SaleId, TestHouse.Token))!;
}
