namespace Seckill.Tests.Shared;

/// <summary>The system's time, plus what a test has turned it by. Waits take as long as they take.</summary>
internal sealed class TurnableTime : TimeProvider
{
    private long _turnedTicks;

    public void Turn(TimeSpan by) => Interlocked.Add(ref _turnedTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _turnedTicks));
}
