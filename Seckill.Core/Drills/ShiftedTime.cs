namespace Seckill.Core.Drills;

/// <summary>A machine whose clock is wrong by <c>Drills:ClockOff</c>.</summary>
internal sealed class ShiftedTime(TimeSpan off) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
}
