using System.Globalization;

namespace Seckill.Web.Components.Console;

/// <summary>Numbers as the console writes them; what is not known is a dash.</summary>
internal static class Figures
{
    public const string Unknown = "–";

    public static string Part(double? part) => part?.ToString("P1", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Rate(double? perSecond) => perSecond?.ToString("0.#", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>A length of time: seconds with one decimal as long as that says something, then h:mm:ss.</summary>
    public static string Length(TimeSpan length) =>
        length < TimeSpan.FromMinutes(1) ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours}:{length:mm\\:ss}");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
