using System.Globalization;

namespace Seckill.Web.Components.Controls;

/// <summary>Money as shoppers read it, the same in both languages: <c>¥1,299.00</c>.</summary>
internal static class Money
{
    public static string Of(long cents) => string.Create(CultureInfo.InvariantCulture, $"¥{cents / 100m:N2}");

    /// <summary>An amount as a field of a form shows it: <c>1299.00</c>.</summary>
    public static string Plain(long cents) => string.Create(CultureInfo.InvariantCulture, $"{cents / 100m:0.00}");

    /// <summary>Reads yuan with up to two decimals; null when it is none.</summary>
    public static long? Read(string? yuan) =>
        decimal.TryParse(yuan?.Trim().TrimStart('¥', '￥'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
        && Math.Abs(amount) < 1_000_000_000_000m && amount * 100 == decimal.Truncate(amount * 100)
            ? (long)(amount * 100)
            : null;

    /// <summary>Whole percent off the list price, rounded in the shopper's disfavour so that it never promises more; 0 when there is none.</summary>
    public static int PercentOff(long listCents, long saleCents) =>
        listCents > saleCents && saleCents >= 0 ? (int)((listCents - saleCents) * 100 / listCents) : 0;
}
