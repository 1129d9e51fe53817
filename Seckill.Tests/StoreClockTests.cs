using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Seckill.Core;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Tests.Shared;

namespace Seckill.Tests;

public sealed class StoreClockTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    [Theory, InlineData(5), InlineData(-5)]
    public void UtcNow_MachineIsMinutesOff_IsTheStoresTime(int minutes)
    {
        var machine = new FakeTimeProvider(Midnight.AddMinutes(minutes));
        var clock = new StoreClock(machine);

        clock.Set(Midnight.ToUnixTimeMilliseconds(), askedAt: machine.GetTimestamp());
        machine.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(Midnight.AddSeconds(3).UtcDateTime, clock.UtcNow);
        Assert.True(clock.IsReliable);
    }

    [Fact]
    public void IsReliable_NoReadingForLong_NotUntilTheNext()
    {
        var machine = new FakeTimeProvider(Midnight);
        var clock = new StoreClock(machine);
        Assert.True(clock.IsReliable);
        clock.Set(machine.GetUtcNow().ToUnixTimeMilliseconds(), machine.GetTimestamp());

        machine.Advance(TimeSpan.FromSeconds(21));
        Assert.False(clock.IsReliable);

        clock.Set(machine.GetUtcNow().ToUnixTimeMilliseconds(), machine.GetTimestamp());
        Assert.True(clock.IsReliable);
    }

    [Fact]
    public void IsReliable_MachineClockIsSet_NotUntilItStaysWhereItIs()
    {
        var machine = new FakeTimeProvider(Midnight);
        var clock = new StoreClock(machine);
        clock.Set(Midnight.ToUnixTimeMilliseconds(), machine.GetTimestamp());

        clock.Set(Midnight.AddSeconds(2).ToUnixTimeMilliseconds(), machine.GetTimestamp());
        Assert.False(clock.IsReliable);

        clock.Set(Midnight.AddSeconds(2).ToUnixTimeMilliseconds(), machine.GetTimestamp());
        Assert.True(clock.IsReliable);
        Assert.Equal(Midnight.AddSeconds(2).UtcDateTime, clock.UtcNow);
    }

    [Theory, InlineData(0), InlineData(10)]
    public void Set_AnswerTakesSecondsEitherWay_MovesNothing(int secondsOnTheWayOut)
    {
        var machine = new FakeTimeProvider(Midnight);
        var clock = new StoreClock(machine);
        clock.Set(Midnight.AddMinutes(1).ToUnixTimeMilliseconds(), machine.GetTimestamp());

        var asked = machine.GetTimestamp();
        machine.Advance(TimeSpan.FromSeconds(10));
        clock.Set(Midnight.AddMinutes(1).AddSeconds(secondsOnTheWayOut).ToUnixTimeMilliseconds(), asked);

        Assert.Equal(Midnight.AddMinutes(1).AddSeconds(10).UtcDateTime, clock.UtcNow);
        Assert.True(clock.IsReliable);
    }

    [Theory, InlineData(4), InlineData(6)]
    public void Set_MachineClockIsSetAndAnswersTakeSeconds_IsNotReliableBeforeAQuickOne(int seconds)
    {
        var (utc, machine) = (Midnight, new FakeTimeProvider(Midnight));
        var clock = new StoreClock(machine);
        clock.Set(utc.ToUnixTimeMilliseconds(), machine.GetTimestamp());
        Advance(seconds: 15);
        machine.AdjustTime(machine.GetUtcNow().AddSeconds(seconds));

        for (var i = 0; i < 2; i++)
        {
            var asked = machine.GetTimestamp();
            Advance(seconds: 4);
            clock.Set(utc.ToUnixTimeMilliseconds(), asked);
        }

        Assert.False(clock.IsReliable);
        for (var i = 0; i < 2; i++)
        {
            clock.Set(utc.ToUnixTimeMilliseconds(), machine.GetTimestamp());
        }

        Assert.Equal(utc.UtcDateTime, clock.UtcNow);
        Assert.True(clock.IsReliable);

        void Advance(int seconds)
        {
            utc = utc.AddSeconds(seconds);
            machine.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public void Set_FirstAnswerWasSlow_TheNextOneNarrowsIt()
    {
        var machine = new FakeTimeProvider(Midnight);
        var clock = new StoreClock(machine);
        machine.Advance(TimeSpan.FromSeconds(4));
        clock.Set(Midnight.ToUnixTimeMilliseconds(), askedAt: machine.GetTimestamp() - 4 * machine.TimestampFrequency);
        Assert.Equal(Midnight.AddSeconds(2).UtcDateTime, clock.UtcNow);

        clock.Set(Midnight.AddSeconds(4).ToUnixTimeMilliseconds(), machine.GetTimestamp());

        Assert.Equal(Midnight.AddSeconds(4).UtcDateTime, clock.UtcNow);
    }

    [Fact]
    public async Task House_MachineIsTenMinutesAhead_NeitherOpensASaleNorClosesAnOrderEarly()
    {
        var redis = SharedRedis.NextDatabase();
        await using var right = await TestHouse.StartStillAsync(Store.Redis, redis: redis);
        var sale = await right.OpenSaleAsync(units: 5, opensIn: TimeSpan.FromMinutes(5), paymentWindowSeconds: 300);
        await using var ahead = await TestHouse.StartStillAsync(
            Store.Redis,
            right.DataDirectory,
            services => services
                .AddSingleton<TimeProvider>(new Off(right.Time, TimeSpan.FromMinutes(10)))
                .AddSingleton<ReadStoreTime>(() => Task.FromResult(right.Time.GetUtcNow().ToUnixTimeMilliseconds())),
            redis);
        await ahead.TendAsync();

        Assert.Equal(GrabOutcome.NotStarted, (await ahead.GrabAsync(sale, user: 1)).Outcome);
        right.Time.Turn(TimeSpan.FromMinutes(5));
        var seckillId = await right.QueueAsync(sale, user: 1);
        await right.WriteAsync(sale);
        await ahead.ExpireAsync();

        Assert.Equal(OrderStatus.PendingPayment, (await right.OrderOfAsync(seckillId, 1)).Status);
        right.Time.Turn(TimeSpan.FromSeconds(301));
        await ahead.ExpireAsync();
        Assert.Equal(OrderStatus.TimedOut, (await right.OrderOfAsync(seckillId, 1)).Status);
    }

    private sealed class Off(TimeProvider time, TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + by;
    }
}
