using System.Diagnostics;

namespace Seckill.Core;

/// <summary>The places where a crash is most awkward, by name: drills die or freeze there. In every other build nothing calls it.</summary>
internal static partial class KillPoint
{
    /// <summary>The script has taken units and queued tickets; nobody has been answered.</summary>
    public const string Grabbed = "grabbed";

    /// <summary>The writer has looked at a batch of tickets; nothing of it is in SQL.</summary>
    public const string TicketsPeeked = "tickets-peeked";

    /// <summary>A batch of orders is committed; nobody has been told and the queue still has their tickets.</summary>
    public const string OrdersCommitted = "orders-committed";

    /// <summary>SQL has refused tickets; Redis does not know yet.</summary>
    public const string TicketsRefused = "tickets-refused";

    /// <summary>SQL has closed orders; their units are not back.</summary>
    public const string OrdersClosed = "orders-closed";

    /// <summary>Redis has taken some units of a batch back and not the others.</summary>
    public const string ReleasedInPart = "released-in-part";

    /// <summary>The units are back in Redis; SQL does not know that.</summary>
    public const string Released = "released";

    /// <summary>A rebuild has raised the generation and not touched Redis.</summary>
    public const string GenerationRaised = "generation-raised";

    /// <summary>Some of a sale is in Redis; it is still marked as being rebuilt.</summary>
    public const string LoadedInPart = "loaded-in-part";

    /// <summary>Units were added in SQL; Redis does not have them.</summary>
    public const string UnitsInSql = "units-in-sql";

    /// <summary>Redis has made a stock change; SQL has not heard of that.</summary>
    public const string UnitsInRedis = "units-in-redis";

    /// <summary>The payment's row is there; the gateway has not been asked.</summary>
    public const string PaymentStarted = "payment-started";

    /// <summary>The gateway has the money; SQL does not know that.</summary>
    public const string PaymentTaken = "payment-taken";

    [Conditional("DRILLS")]
    public static void Pass(string point) => Reached(point);

    static partial void Reached(string point);
}
