using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
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
}
