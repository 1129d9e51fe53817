using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>A sale as Redis has it now.</summary>
internal sealed record SaleReading(long Generation, bool Rebuilding, bool Paused, int Left, int Units, long OpensAt, long EndsAt, long Version, int QueueLength);

/// <summary>Redis' side of a sale's account, in units, read at one moment.</summary>
internal sealed record GateAccount(long Generation, int Units, int Left, int Tickets, int Held, IReadOnlyList<string> Queue);

/// <summary>What one shopper has of a sale, as Redis has it.</summary>
internal sealed record GateAllowance(int Limit, int Held);

internal enum GateOutcome
{
    Done,

    /// <summary>Not loaded, being rebuilt, another generation, or a newer decision is already there.</summary>
    NotNow,

    /// <summary>Fewer units left than should be withdrawn.</summary>
    FewerLeft,
}

/// <summary>Reads a sale in Redis and carries out what its seller decided.</summary>
internal sealed class SaleGate(StoreConnection store)
{
    private static readonly RedisValue[] ReadingFields = ["generation", "state", "left", "units", "opens", "ends", "version"];

    // KEYS  sale      ARGV  generation, version, state, opens, ends
    // What SQL has decided; an older decision never replaces a newer one.
    private const string SteerText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state', 'version')
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return 0 end
        if tonumber(sale[3]) > tonumber(ARGV[2]) then return 0 end
        redis.call('HSET', KEYS[1], 'version', ARGV[2], 'state', ARGV[3], 'opens', ARGV[4], 'ends', ARGV[5])
        return 1
        """;

    // KEYS  sale      ARGV  generation, change id, delta
    // Adds units to what is left, or withdraws them if there are enough. The change is remembered: repeating it changes nothing.
    private const string ChangeText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state', 'left', 'c:' .. ARGV[2])
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return 0 end
        if sale[4] then return 1 end
        if tonumber(sale[3]) + tonumber(ARGV[3]) < 0 then return 2 end
        redis.call('HINCRBY', KEYS[1], 'left', ARGV[3])
        redis.call('HINCRBY', KEYS[1], 'units', ARGV[3])
        redis.call('HSET', KEYS[1], 'c:' .. ARGV[2], 1)
        return 1
        """;

    // KEYS  sale, held, vip, tickets, requests, queue, writer, rebuilder      ARGV  generation
    // An ended sale leaves: only with its queue empty and under the generation that SQL has closed.
    private const string DropText =
        """
        local generation = redis.call('HGET', KEYS[1], 'generation')
        if generation and generation ~= ARGV[1] then return 0 end
        redis.call('DEL', unpack(KEYS))
        return 1
        """;

    // KEYS  sale, held, tickets, queue
    private const string AccountText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state', 'units', 'left')
        if not sale[1] or sale[2] == 'rebuilding' then return {-1} end
        local tickets, held = 0, 0
        for _, value in ipairs(redis.call('HVALS', KEYS[3])) do tickets = tickets + tonumber(string.match(value, '^%d+:(%d+)')) end
        for _, value in ipairs(redis.call('HVALS', KEYS[2])) do held = held + tonumber(value) end
        local answer = {0, sale[1], sale[3], sale[4], tickets, held}
        local queue = redis.call('LRANGE', KEYS[4], 0, -1)
        for i = 1, #queue do answer[6 + i] = queue[i] end
        return answer
        """;

    /// <summary>The sale now; null when it is not loaded. While it is being rebuilt the amounts are 0.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<SaleReading?> ReadAsync(SaleKeys keys)
    {
        try
        {
            var hash = store.Database.HashGetAsync(keys.Sale, ReadingFields);
            var queue = store.Database.ListLengthAsync(keys.Queue);
            var sale = await hash;
            var length = (int)await queue;
            return sale[0].IsNull
                ? null
                : new((long)sale[0], sale[1] == "rebuilding", sale[1] == "paused", (int)sale[2], (int)sale[3], (long)sale[4], (long)sale[5], (long)sale[6], length);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }

    /// <summary>What a shopper may have and has; null when the sale is not loaded or being rebuilt.</summary>
    public async Task<GateAllowance?> ReadAllowanceAsync(SaleKeys keys, long userId)
    {
        try
        {
            var sale = store.Database.HashGetAsync(keys.Sale, ["state", "limit"]);
            var held = store.Database.HashGetAsync(keys.Held, userId);
            var quota = store.Database.HashGetAsync(keys.Vip, userId);
            await Task.WhenAll(sale, held, quota);
            var (state, limit) = ((await sale)[0], (await sale)[1]);
            return limit.IsNull || state == "rebuilding" ? null : new((int)((await quota).IsNull ? limit : await quota), (int)await held);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }

    /// <summary>Whose ticket this is and for how many units; null when Redis does not hold it for this sale.</summary>
    public async Task<(long UserId, int Quantity)?> FindTicketAsync(SaleKeys keys, long seckillId)
    {
        try
        {
            var value = (string?)await store.Database.HashGetAsync(keys.Tickets, seckillId);
            var colon = value?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            return colon < 0
                ? null
                : (long.Parse(value.AsSpan(0, colon), provider: null), int.Parse(value.AsSpan(colon + 1), provider: null));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }

    /// <summary>Redis' side of the account, at one moment; null when the sale is not loaded or being rebuilt.</summary>
    public async Task<GateAccount?> ReadAccountAsync(SaleKeys keys)
    {
        var result = await store.RunAsync(AccountText, [keys.Sale, keys.Held, keys.Tickets, keys.Queue], []);
        return (int)result[0] < 0
            ? null
            : new((long)result[1], (int)result[2], (int)result[3], (int)result[4], (int)result[5], [.. Enumerable.Range(6, result.Length - 6).Select(i => (string)result[i]!)]);
    }

    /// <summary>All tickets in the queue, first to last.</summary>
    public async Task<IReadOnlyList<string>> ReadQueueAsync(SaleKeys keys)
    {
        try
        {
            return [.. (await store.Database.ListRangeAsync(keys.Queue)).Select(value => (string)value!)];
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }

    /// <summary>Makes Redis follow what SQL has decided about state and times.</summary>
    public async Task<GateOutcome> SteerAsync(SaleCard sale) =>
        (int)await store.RunAsync(
            SteerText,
            [sale.Keys.Sale],
            [sale.Generation, sale.Version, sale.Paused ? "paused" : "open", sale.OpensAt.ToMilliseconds(), sale.EndsAt.ToMilliseconds()]) == 1
            ? GateOutcome.Done
            : GateOutcome.NotNow;

    /// <summary>Adds or withdraws units, once for each change id.</summary>
    public async Task<GateOutcome> ChangeAsync(SaleKeys keys, long generation, long changeId, int delta) =>
        (int)await store.RunAsync(ChangeText, [keys.Sale], [generation, changeId, delta]) switch
        {
            0 => GateOutcome.NotNow,
            1 => GateOutcome.Done,
            _ => GateOutcome.FewerLeft,
        };

    /// <summary>Takes a closed sale out of Redis.</summary>
    public Task DropAsync(SaleKeys keys, long generation) =>
        store.RunAsync(DropText, [keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests, keys.Queue, keys.Writer, keys.Rebuilder], [generation]);
}
