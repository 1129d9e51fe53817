using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Ordering;
using Seckill.Tests.Shared;
using Seckill.Web.Components.Controls;
using Seckill.Web.Components.Pages.Orders;

namespace Seckill.Tests.Components;

public sealed class LiveOrdersTests
{
    private const string Stale = "This could not be refreshed just now and may be out of date.";

    [Theory, InlineData(nameof(OrderDesk)), InlineData(nameof(PayDesk)), InlineData(nameof(OrderList))]
    public async Task Page_FirstLookOfItsCircuitFails_SaysSoAndLooksAgain(string desk)
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        var order = await house.OrderOfAsync(seckillId, user: 1);
        await using var context = new PagesContext();
        var time = new FakeTimeProvider(house.Now);
        context.Services
            .AddSingleton(house.Get<OrderQueries>())
            .AddSingleton(house.Get<OrderCancellation>())
            .AddSingleton(house.Get<OrderPayment>())
            .AddSingleton(house.Get<OrderFeed>())
            .AddSingleton(new StoreClock(time));
        context.SetRendererInfo(new("Server", isInteractive: true));
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Orders RENAME TO Gone"));

        var shown = desk switch
        {
            nameof(OrderDesk) => Render<OrderDesk>(builder => builder.Add(d => d.OrderId, order.OrderId)),
            nameof(PayDesk) => Render<PayDesk>(builder => builder.Add(d => d.OrderId, order.OrderId)),
            _ => Render<OrderList>(builder => builder.Add(d => d.Current, 1)),
        };
        await shown.WaitForAssertionAsync(() => Assert.Contains(Stale, shown.Markup, StringComparison.Ordinal));
        await house.UseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Gone RENAME TO Orders"));
        time.Advance(TimeSpan.FromSeconds(3));

        await shown.WaitForAssertionAsync(() => Assert.Contains(order.ProductName, shown.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(Stale, shown.Markup, StringComparison.Ordinal);

        IRenderedComponent<IComponent> Render<T>(Action<ComponentParameterCollectionBuilder<T>> parameters)
            where T : LiveOrders => context.RenderDesk(userId: 1, UserRole.Shopper, parameters);
    }
}
