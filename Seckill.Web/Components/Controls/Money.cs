using System.Globalization;

namespace Seckill.Web.Components.Controls;

/// <summary>Money as shoppers read it, the same in both languages: <c>¥1,299.00</c>.</summary>
internal static class Money
{
    public static string Of(long cents) => string.Create(CultureInfo.InvariantCulture, $"¥{cents / 100m:N2}");

    /// <summary>Whole percent off the list price, rounded in the shopper's disfavour so that it never promises more; 0 when there is none.</summary>
    public static int PercentOff(long listCents, long saleCents) =>
        listCents > saleCents && saleCents >= 0 ? (int)((listCents - saleCents) * 100 / listCents) : 0;
}
