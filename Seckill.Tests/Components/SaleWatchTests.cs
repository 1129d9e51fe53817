using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Console;

namespace Seckill.Tests.Components;

public sealed class SaleWatchTests
{
    [Fact]
    public async Task Subscribe_ManyLookers_ShareEveryReading()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 5);
        var watch = new SaleWatch(house.Get<SaleAccounts>(), house.Get<SaleTraffic>(), house.Get<StoreClock>(), NullLogger<SaleWatch>.Instance);
        var seen = Enumerable.Range(0, 3).Select(_ => new ConcurrentQueue<SaleReading>()).ToArray();

        var lookers = seen.Select(queue => watch.Subscribe(sale.SaleId, queue.Enqueue)).ToList();
        await TestHouse.WaitForAsync(() => Task.FromResult<object?>(seen.All(queue => queue.Count >= 2) ? "so" : null));

        Assert.All(seen, queue => Assert.Equal(seen[0].Take(2), queue.Take(2), ReferenceEqualityComparer.Instance));
        Assert.Equal((5, 0), (seen[0].First().Account!.Left, seen[0].First().Account!.Difference));

        // Who comes late knows at once what the others know, and who comes after all have left begins anew.
        var late = new ConcurrentQueue<SaleReading>();
        watch.Subscribe(sale.SaleId, late.Enqueue).Dispose();
        Assert.Contains(late.First(), seen[0]);
        lookers.ForEach(looker => looker.Dispose());
        var alone = new ConcurrentQueue<SaleReading>();
        using var last = watch.Subscribe(sale.SaleId, reading => alone.Enqueue(reading));
        var first = await TestHouse.WaitForAsync(() => Task.FromResult(alone.FirstOrDefault()));
        Assert.DoesNotContain(first, seen[0]);
    }
}
