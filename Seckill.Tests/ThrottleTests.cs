using Microsoft.Extensions.Time.Testing;
using Seckill.Core;

namespace Seckill.Tests;

public sealed class ThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_BeyondThePermits_RefusesUntilOneIsBack()
    {
        var throttle = new Throttle<long>(_time, 10, TimeSpan.FromSeconds(1));

        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(throttle.TryTake(7, out TimeSpan _)));
        Assert.False(throttle.TryTake(7, out var retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(100), retryAfter);

        _time.Advance(retryAfter);
        Assert.True(throttle.TryTake(7, out _));
        Assert.False(throttle.TryTake(7, out _));
    }

    [Fact]
    public void TryTake_AfterTheWindow_GivesAllPermitsAndNoMore()
    {
        var throttle = new Throttle<string>(_time, 3, TimeSpan.FromMinutes(1));
        Assert.Equal(3, Takes(throttle, "a", 5));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3, Takes(throttle, "a", 5));
    }

    [Fact]
    public void TryTake_OtherKey_HasItsOwn()
    {
        var throttle = new Throttle<string>(_time, 1, TimeSpan.FromMinutes(1));

        Assert.True(throttle.TryTake("a", out _));
        Assert.True(throttle.TryTake("b", out _));
    }

    [Fact]
    public void TryTake_ManyThreads_GivesExactlyThePermits()
    {
        var throttle = new Throttle<long>(_time, 100, TimeSpan.FromSeconds(1));

        var taken = 0;
        Parallel.For(0, 10_000, i =>
        {
            // Other keys come and are swept meanwhile.
            throttle.TryTake(i + 1, out TimeSpan _);
            if (throttle.TryTake(0, out TimeSpan _))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(100, taken);
    }

    [Fact]
    public void TryTake_KeysComeAndGo_ForgetsTheIdle()
    {
        var throttle = new Throttle<long>(_time, 10, TimeSpan.FromSeconds(1));
        for (var key = 0L; key < 100_000; key++)
        {
            throttle.TryTake(key, out _);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(throttle.Count, 1, 2_000);
    }

    private static int Takes(Throttle<string> throttle, string key, int tries) => Enumerable.Range(0, tries).Count(_ => throttle.TryTake(key, out TimeSpan _));
}
