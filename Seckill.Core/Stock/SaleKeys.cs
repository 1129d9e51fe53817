using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>
/// Every key of a sale; the hash tag keeps them on one node of a cluster. Garnet locks only the keys that a script names, so each
/// script gets all it touches.
/// </summary>
internal sealed class SaleKeys(long saleId)
{
    /// <summary>
    /// hash: left, units, opens, ends, limit, state, generation, version, moves, settled (when the newest id was made that is certain to have
    /// taken nothing), and <c>c:</c>change id for stock changes already made.
    /// </summary>
    public RedisKey Sale { get; } = $"{{sale:{saleId}}}";

    /// <summary>hash: user id → units this user holds or bought.</summary>
    public RedisKey Held { get; } = $"{{sale:{saleId}}}:held";

    /// <summary>hash: user id → quota in this sale.</summary>
    public RedisKey Vip { get; } = $"{{sale:{saleId}}}:vip";

    /// <summary>hash: seckill id → user:quantity, for every unit taken and not given back.</summary>
    public RedisKey Tickets { get; } = $"{{sale:{saleId}}}:tickets";

    /// <summary>hash: user:idempotency key → seckill id:quantity.</summary>
    public RedisKey Requests { get; } = $"{{sale:{saleId}}}:requests";

    /// <summary>list: <see cref="Ticket"/>s waiting for their order.</summary>
    public RedisKey Queue { get; } = $"{{sale:{saleId}}}:queue";

    /// <summary>string: who writes this sale's orders now.</summary>
    public RedisKey Writer { get; } = $"{{sale:{saleId}}}:writer";

    /// <summary>string: who writes down how this sale goes.</summary>
    public RedisKey Sampler { get; } = $"{{sale:{saleId}}}:sampler";

    /// <summary>hash: <see cref="SaleTallies"/>.</summary>
    public RedisKey Tally { get; } = $"{{sale:{saleId}}}:tally";

    /// <summary>string: who rebuilds this sale now.</summary>
    public RedisKey Rebuilder { get; } = $"{{sale:{saleId}}}:rebuilder";
}
