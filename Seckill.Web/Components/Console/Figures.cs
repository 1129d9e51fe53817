using System.Globalization;

namespace Seckill.Web.Components.Console;

/// <summary>Numbers as the console writes them; what is not known is a dash.</summary>
internal static class Figures
{
    public const string Unknown = "–";

    public static string Part(double? part) => part?.ToString("P1", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Rate(double? perSecond) => perSecond?.ToString("0.#", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
