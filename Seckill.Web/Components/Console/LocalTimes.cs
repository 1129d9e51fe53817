using System.Globalization;

namespace Seckill.Web.Components.Console;

/// <summary>Times as a browser's date-and-time field has them: without a zone, in the visitor's own.</summary>
internal static class LocalTimes
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss";

    private static readonly string[] _formats = [Format, "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss.FFF"];

    /// <summary>Null when it is no time, or one that the clocks of the zone skip.</summary>
    public static DateTime? Read(string? local, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(local?.Trim(), _formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || zone.IsInvalidTime(time))
        {
            return null;
        }

        return TimeZoneInfo.ConvertTimeToUtc(time, zone);
    }

    public static string Write(DateTime utc, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), zone).ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>For a sentence.</summary>
    public static string Speak(DateTime utc, TimeZoneInfo zone) => Write(utc, zone).Replace('T', ' ');

    public static string WriteUtc(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
