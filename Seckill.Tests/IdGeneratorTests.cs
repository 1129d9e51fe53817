using Microsoft.Extensions.Time.Testing;
using Seckill.Core;

namespace Seckill.Tests;

public sealed class IdGeneratorTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 18, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Next_ManyThreadsInOneMillisecond_NeverRepeats()
    {
        var ids = new IdGenerator(new StoreClock(_time));

        var made = new long[8][];
        Parallel.For(0, made.Length, i => made[i] = [.. Enumerable.Range(0, 20_000).Select(_ => ids.Next())]);

        Assert.Equal(8 * 20_000, made.SelectMany(some => some).Distinct().Count());
        Assert.All(made, some => Assert.Equal(some.Order(), some));
    }

    [Fact]
    public void Next_ClockSetBack_GoesOnRising()
    {
        var ids = new IdGenerator(new StoreClock(_time));
        var before = ids.Next();

        _time.AdjustTime(_time.GetUtcNow().AddMinutes(-5));

        Assert.True(ids.Next() > before);
    }

    [Fact]
    public void Next_TwoNodesInOneMillisecond_Differ()
    {
        var one = new IdGenerator(new StoreClock(_time));
        var other = new IdGenerator(new StoreClock(_time));
        one.Start(1, 0);
        other.Start(2, 0);

        var all = Enumerable.Range(0, 5_000).SelectMany(_ => new[] { one.Next(), other.Next() }).ToList();

        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void Start_NewestIdIsFromTheFuture_GoesAboveIt()
    {
        var ahead = new IdGenerator(new StoreClock(new FakeTimeProvider(_time.GetUtcNow().AddHours(1))));
        ahead.Start(1023, 0);
        var newest = ahead.Next();

        var ids = new IdGenerator(new StoreClock(_time));
        ids.Start(0, newest);

        Assert.True(ids.Next() > newest);
    }

    [Fact]
    public void TimeOf_AnId_IsWhenItWasMade() =>
        Assert.Equal(_time.GetUtcNow().UtcDateTime, IdGenerator.TimeOf(new IdGenerator(new StoreClock(_time)).Next()));
}
