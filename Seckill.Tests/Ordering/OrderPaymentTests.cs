using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Ordering;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Ordering;

public sealed class OrderPaymentTests
{
    [Fact]
    public async Task Pay_TwoClicksAtOnce_IsOnePayment()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 1);
        var order = await house.OrderAsync(sale, user: 1);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PayAsync(house, order)));

        Assert.All(results, r => Assert.Equal(PayOutcome.Paid, r.Outcome));
        Assert.Equal(1, await house.ReadAsync(db => db.SandboxCharges.CountAsync()));
        Assert.Equal([PaymentStatus.Applied], await house.ReadAsync(db => db.Payments.Select(p => p.Status).ToListAsync()));
        Assert.Equal(SeckillStatus.Paid, await house.StatusAsync(order.SeckillId, 1));
        Assert.Equal(CancelOutcome.StateChanged, (await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token)).Outcome);
        Assert.Equal((1, 0, 0, 1), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Pay_Declined_TheOrderStillWaitsAndCanBePaid()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var order = await house.OrderAsync(await house.OpenSaleAsync(units: 1), user: 1);

        Assert.Equal(PayOutcome.Declined, (await house.Get<OrderPayment>().PayAsync(order.OrderId, 1, decline: true, TestHouse.Token)).Outcome);
        Assert.Equal(PayOutcome.Paid, (await PayAsync(house, order)).Outcome);
    }

    [Fact]
    public async Task Pay_OverdueBeforeTheSweep_IsTooLate()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 1, paymentWindowSeconds: 60);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        var order = await house.OrderOfAsync(seckillId, 1);
        house.Time.Turn(TimeSpan.FromSeconds(61));

        Assert.Equal(PayOutcome.TooLate, (await PayAsync(house, order)).Outcome);
        Assert.Equal(0, await house.ReadAsync(db => db.SandboxCharges.CountAsync()));
    }

    [Fact]
    public async Task PayAndCancel_DiskFull_NothingIsDoneAndAgainLaterItIs()
    {
        var disk = new FullDisk();
        await using var house = await TestHouse.StartStillAsync(Store.Embedded, configure: disk.Under);
        var (sale, order) = await OrderAsync(house);

        disk.Room = 0;
        Assert.Equal(PayOutcome.NotNow, (await PayAsync(house, order)).Outcome);
        Assert.Equal(CancelOutcome.NotNow, (await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token)).Outcome);
        Assert.Equal(SeckillStatus.PendingPayment, await house.StatusAsync(order.SeckillId, 1));

        disk.Room = int.MaxValue;
        Assert.Equal(PayOutcome.Paid, (await PayAsync(house, order)).Outcome);
        Assert.Equal((1, 0, 0, 1), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Pay_DiskFullOnceTheGatewayHasTheMoney_IsUnknownAndTheSweepFinishesIt()
    {
        var disk = new FullDisk();
        await using var house = await TestHouse.StartStillAsync(Store.Embedded, configure: disk.Under);
        var (sale, order) = await OrderAsync(house);

        // The payment's row and the gateway's own; not what the gateway said.
        disk.Room = 2;
        Assert.Equal(PayOutcome.Unknown, (await PayAsync(house, order)).Outcome);

        disk.Room = int.MaxValue;
        house.Time.Turn(TimeSpan.FromSeconds(30));
        await house.Get<OrderPayment>().SweepAsync(TestHouse.Token);
        Assert.Equal(SeckillStatus.Paid, await house.StatusAsync(order.SeckillId, 1));
        Assert.Equal((1, 0, 0, 1), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Pay_SomebodyElsesOrder_IsNotFound()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded);
        var order = await house.OrderAsync(await house.OpenSaleAsync(units: 1), user: 1);

        Assert.Equal(PayOutcome.NotFound, (await house.Get<OrderPayment>().PayAsync(order.OrderId, 2, false, TestHouse.Token)).Outcome);
        Assert.Equal(CancelOutcome.NotFound, (await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 2, TestHouse.Token)).Outcome);
    }

    [Fact]
    public async Task Pay_ClosedWhileTheGatewayWorked_IsRefusedAndRefunded()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded, services => services.AddSingleton<IPaymentGateway, HeldGateway>());
        var gateway = (HeldGateway)house.Get<IPaymentGateway>();
        var sale = await house.OpenSaleAsync(units: 1);
        var order = await house.OrderAsync(sale, user: 1);

        var paying = PayAsync(house, order);
        await gateway.Reached;
        Assert.Equal(CancelOutcome.Cancelled, (await house.Get<OrderCancellation>().CancelAsync(order.OrderId, 1, TestHouse.Token)).Outcome);
        gateway.LetGo();

        Assert.Equal(PayOutcome.StateChanged, (await paying).Outcome);
        Assert.True(gateway.Refunded);
        Assert.Equal([PaymentStatus.Refunded], await house.ReadAsync(db => db.Payments.Select(p => p.Status).ToListAsync()));
        Assert.Equal((1, 1, 0, 0), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Pay_TimeRunsOutWhileTheGatewayWorks_IsTooLateAndRefundedWhetherTheSweepHasBeenThereOrNot()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded, configure: services => services.AddSingleton<IPaymentGateway, HeldGateway>());
        var gateway = (HeldGateway)house.Get<IPaymentGateway>();
        var (sale, order) = await OrderAsync(house);

        var paying = PayAsync(house, order);
        await gateway.Reached;
        house.Time.Turn(order.PayBeforeAt - house.Now + TimeSpan.FromMilliseconds(1));
        gateway.LetGo();

        Assert.Equal(PayOutcome.TooLate, (await paying).Outcome);
        Assert.True(gateway.Refunded);
        Assert.Equal([PaymentStatus.Refunded], await house.ReadAsync(db => db.Payments.Select(p => p.Status).ToListAsync()));
        await house.ExpireAsync();
        Assert.Equal(OrderStatus.TimedOut, (await house.OrderOfAsync(order.SeckillId, 1)).Status);
        Assert.Equal((1, 1, 0, 0), await house.NumbersAsync(sale));
    }

    [Fact]
    public async Task Sweep_DiedAfterTheGatewayTookTheMoney_ThePaymentIsFollowedUp()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        var sale = await house.OpenSaleAsync(units: 3);
        var orders = new List<OrderView>();
        foreach (var user in (long[])[1, 2, 3])
        {
            var seckillId = await house.QueueAsync(sale, user);
            await house.WriteAsync(sale);
            orders.Add(await house.OrderOfAsync(seckillId, user));
        }

        // Three processes died: after the money was taken, after it was taken for an order since closed, before the gateway heard of it.
        await StartedAsync(house, orders[0], paymentId: 101, taken: true);
        await StartedAsync(house, orders[1], paymentId: 102, taken: true);
        await StartedAsync(house, orders[2], paymentId: 103, taken: false);
        await house.Get<OrderCancellation>().CancelAsync(orders[1].OrderId, 2, TestHouse.Token);
        house.Time.Turn(TimeSpan.FromSeconds(20));
        await house.Get<OrderPayment>().SweepAsync(TestHouse.Token);

        var payments = await house.ReadAsync(db => db.Payments.OrderBy(p => p.PaymentId).Select(p => p.Status).ToListAsync());
        Assert.Equal([PaymentStatus.Applied, PaymentStatus.Refunded, PaymentStatus.Declined], payments);
        Assert.Equal(OrderStatus.Paid, (await house.OrderOfAsync(orders[0].SeckillId, 1)).Status);
        var charges = await house.ReadAsync(db => db.SandboxCharges.OrderBy(c => c.PaymentId).Select(c => c.State).ToListAsync());
        Assert.Equal([ChargeState.Taken, ChargeState.Refunded, ChargeState.Voided], charges);

        // The third one's charge can never be taken later; its order can be paid anew.
        Assert.Equal(ChargeState.Voided, await house.Get<IPaymentGateway>().ChargeAsync(103, 4900, false, TestHouse.Token));
        Assert.Equal(PayOutcome.Paid, (await house.Get<OrderPayment>().PayAsync(orders[2].OrderId, 3, false, TestHouse.Token)).Outcome);
    }

    [Fact]
    public async Task Pay_AnotherClickAppliedThePaymentFirst_DoesNotRefundIt()
    {
        await using var house = await TestHouse.StartAsync(Store.Embedded, services => services.AddSingleton<IPaymentGateway, HeldGateway>());
        var gateway = (HeldGateway)house.Get<IPaymentGateway>();
        var order = await house.OrderAsync(await house.OpenSaleAsync(units: 1), user: 1);

        var paying = PayAsync(house, order);
        await gateway.Reached;

        // What the other click's transaction has committed by the time this one looks.
        await house.UseAsync(db => db.Orders.ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.Paid)));
        await house.UseAsync(db => db.Payments.ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PaymentStatus.Applied)));
        gateway.LetGo();

        Assert.Equal(PayOutcome.Paid, (await paying).Outcome);
        Assert.False(gateway.Refunded);
        Assert.Equal([PaymentStatus.Applied], await house.ReadAsync(db => db.Payments.Select(p => p.Status).ToListAsync()));
    }

    private static Task<PayResult> PayAsync(TestHouse house, OrderView order) => house.Get<OrderPayment>().PayAsync(order.OrderId, 1, decline: false, TestHouse.Token);

    private static async Task StartedAsync(TestHouse house, OrderView order, long paymentId, bool taken)
    {
        await house.UseAsync(db =>
        {
            db.Payments.Add(new() { PaymentId = paymentId, OrderId = order.OrderId, Attempt = 1, AmountCents = order.TotalCents, Status = PaymentStatus.Started, CreatedAt = house.Now, UpdatedAt = house.Now });
            return db.SaveChangesAsync();
        });
        if (taken)
        {
            await house.Get<IPaymentGateway>().ChargeAsync(paymentId, order.TotalCents, false, TestHouse.Token);
        }
    }

    /// <summary>Takes the money, but not before it is let go.</summary>
    private sealed class HeldGateway : IPaymentGateway
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public bool Refunded { get; private set; }

        public void LetGo() => _go.SetResult();

        public async Task<ChargeState> ChargeAsync(long paymentId, long amountCents, bool decline, CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            await _go.Task;
            return ChargeState.Taken;
        }

        public Task<ChargeState> SettleAsync(long paymentId, CancellationToken cancellationToken) => Task.FromResult(ChargeState.Taken);

        public Task RefundAsync(long paymentId, CancellationToken cancellationToken)
        {
            Refunded = true;
            return Task.CompletedTask;
        }
    }

    private static async Task<(TestSale Sale, OrderView Order)> OrderAsync(TestHouse house)
    {
        var sale = await house.OpenSaleAsync(units: 1);
        var seckillId = await house.QueueAsync(sale, user: 1);
        await house.WriteAsync(sale);
        return (sale, await house.OrderOfAsync(seckillId, 1));
    }
}
