using System.Globalization;

namespace Seckill.Core.Stock;

/// <summary>A unit taken and not yet an order, as it waits in the queue.</summary>
/// <param name="GrabbedAt">Milliseconds since 1970 UTC.</param>
/// <param name="Key">The idempotency key, or null.</param>
/// <param name="Generation">Of the sale when the unit was taken.</param>
internal sealed record Ticket(long SeckillId, long UserId, int Quantity, long GrabbedAt, string? Key, bool Vip, int Limit, long Generation)
{
    private const int Parts = 8;

    /// <summary>Reads what the grab script writes: <c>id:user:quantity:time:key:d|v:limit:generation</c>. Null when it is not that.</summary>
    public static Ticket? Parse(string text)
    {
        Span<Range> parts = stackalloc Range[Parts + 1];
        var span = text.AsSpan();
        if (span.Split(parts, ':') != Parts
            || !long.TryParse(span[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var seckillId)
            || !long.TryParse(span[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
            || !int.TryParse(span[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var quantity)
            || !long.TryParse(span[parts[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var grabbedAt)
            || !int.TryParse(span[parts[6]], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || !long.TryParse(span[parts[7]], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || quantity < 1)
        {
            return null;
        }

        var key = span[parts[4]];
        return new(seckillId, userId, quantity, grabbedAt, key.IsEmpty ? null : key.ToString(), span[parts[5]] is "v", limit, generation);
    }
}
