using System.Globalization;
using System.Text.Json;
using Seckill.Core.Live;
using Seckill.Web.Endpoints.Wire;
using Seckill.Web.Hubs;

namespace Seckill.Web.Components.Controls;

internal static class SaleDisplay
{
    /// <summary>The phase at a moment: a reading is a fraction of a second old, and opening and end must be shown to the second.</summary>
    public static SalePhase PhaseAt(this SaleView sale, DateTime now) => sale.Phase switch
    {
        SalePhase.Ended or SalePhase.SoldOut => sale.Phase,
        _ when now >= sale.EndsAt => SalePhase.Ended,
        SalePhase.Upcoming when now >= sale.OpensAt => sale.Left > 0 ? SalePhase.Open : SalePhase.SoldOutForNow,
        _ => sale.Phase,
    };

    /// <summary>How a phase is called in JSON, in attributes and as the last part of a text's name.</summary>
    public static string Name(SalePhase? phase) => phase is { } p ? JsonNamingPolicy.CamelCase.ConvertName(p.ToString()) : "none";

    /// <summary>What the next moment is that everybody waits for; null when nothing more will happen by itself.</summary>
    public static DateTime? Until(this SaleView sale, SalePhase phase) => phase switch
    {
        SalePhase.Upcoming => sale.OpensAt,
        SalePhase.Open or SalePhase.SoldOutForNow or SalePhase.Paused => sale.EndsAt,
        _ => null,
    };

    /// <summary>The first state for the script, just as the hub sends the later ones.</summary>
    public static string? ToJson(SaleView? sale, DateTime now) =>
        sale is null ? null : JsonSerializer.Serialize(SaleState.Of(sale, now), ApiJson.Options);

    public static string Iso(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
