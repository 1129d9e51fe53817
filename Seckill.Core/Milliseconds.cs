namespace Seckill.Core;

internal static class Milliseconds
{
    /// <summary>Milliseconds since 1970 of a UTC time.</summary>
    public static long ToMilliseconds(this DateTime at) => new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static DateTime ToUtc(this long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;
}
