using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>What a rebuilt sale starts with.</summary>
/// <param name="Version">Of the seller's decisions that <paramref name="Paused"/> and the times are.</param>
/// <param name="DoneChanges">Stock changes that are in <paramref name="Left"/> already and must not be made again.</param>
internal sealed record SaleContents(
    int Left,
    int Units,
    long OpensAt,
    long EndsAt,
    int Limit,
    bool Paused,
    long Version,
    IReadOnlyDictionary<long, int> Held,
    IReadOnlyDictionary<long, int> Quotas,
    IReadOnlyDictionary<long, (long UserId, int Quantity)> Tickets,
    IReadOnlyDictionary<string, string> Requests,
    IReadOnlyList<long> DoneChanges);

/// <summary>
/// Puts a sale into Redis: begin, chunks, finish. Each step is refused unless the sale is being rebuilt under the same
/// generation, so a rebuilder that was frozen and wakes up changes nothing.
/// </summary>
internal sealed class LoadScripts(StoreConnection store)
{
    private const int ChunkSize = 500;
    private const int ChunksPerQuestion = 50;

    // KEYS  sale, held, vip, tickets, requests      ARGV  generation
    // Drops what is derived from SQL and keeps the queue. A newer rebuild is left alone.
    private const string BeginText =
        """
        local generation = redis.call('HGET', KEYS[1], 'generation')
        if generation and tonumber(generation) >= tonumber(ARGV[1]) then return 0 end
        redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
        redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'state', 'rebuilding')
        return 1
        """;

    // KEYS  sale, the hash to fill      ARGV  generation, field, value, field, value …
    private const string ChunkText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if sale[1] ~= ARGV[1] or sale[2] ~= 'rebuilding' then return 0 end
        local pairs = {}
        for i = 2, #ARGV do pairs[i - 1] = ARGV[i] end
        redis.call('HSET', KEYS[2], unpack(pairs))
        return 1
        """;

    // KEYS  sale      ARGV  generation, state, then field, value …
    private const string FinishText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if sale[1] ~= ARGV[1] or sale[2] ~= 'rebuilding' then return 0 end
        local pairs = {}
        for i = 3, #ARGV do pairs[i - 2] = ARGV[i] end
        redis.call('HSET', KEYS[1], unpack(pairs))
        redis.call('HSET', KEYS[1], 'state', ARGV[2])
        return 1
        """;

    /// <summary>Marks the sale as being rebuilt. False when a newer rebuild has begun.</summary>
    public async Task<bool> BeginAsync(SaleKeys keys, long generation) =>
        (int)await store.RunAsync(BeginText, [keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests], [generation]) == 1;

    /// <summary>Fills the sale and opens it. False when a newer rebuild has begun.</summary>
    /// <param name="mayGoOn">Asked now and then: a big sale takes its time.</param>
    public async Task<bool> InstallAsync(SaleKeys keys, long generation, SaleContents contents, Func<Task<bool>>? mayGoOn = null)
    {
        RedisValue[] sale =
        [
            generation, contents.Paused ? "paused" : "open",
            "left", contents.Left, "units", contents.Units, "opens", contents.OpensAt, "ends", contents.EndsAt,
            "limit", contents.Limit, "version", contents.Version,
            .. contents.DoneChanges.SelectMany(id => (RedisValue[])[$"c:{id}", 1]),
        ];
        return await FillAsync(keys, keys.Held, generation, mayGoOn, contents.Held.Select(pair => ((RedisValue)pair.Key, (RedisValue)pair.Value)))
            && await FillAsync(keys, keys.Vip, generation, mayGoOn, contents.Quotas.Select(pair => ((RedisValue)pair.Key, (RedisValue)pair.Value)))
            && await FillAsync(keys, keys.Tickets, generation, mayGoOn, contents.Tickets.Select(pair => ((RedisValue)pair.Key, (RedisValue)$"{pair.Value.UserId}:{pair.Value.Quantity}")))
            && await FillAsync(keys, keys.Requests, generation, mayGoOn, contents.Requests.Select(pair => ((RedisValue)pair.Key, (RedisValue)pair.Value)))
            && (int)await store.RunAsync(FinishText, [keys.Sale], sale) == 1;
    }

    private async Task<bool> FillAsync(SaleKeys keys, RedisKey hash, long generation, Func<Task<bool>>? mayGoOn, IEnumerable<(RedisValue Field, RedisValue Value)> pairs)
    {
        foreach (var (i, chunk) in pairs.Chunk(ChunkSize).Index())
        {
            if (i % ChunksPerQuestion == 0 && mayGoOn is not null && !await mayGoOn())
            {
                return false;
            }

            RedisValue[] arguments = [generation, .. chunk.SelectMany(pair => (RedisValue[])[pair.Field, pair.Value])];
            if ((int)await store.RunAsync(ChunkText, [keys.Sale, hash], arguments) != 1)
            {
                return false;
            }

            KillPoint.Pass(KillPoint.LoadedInPart);
        }

        return true;
    }
}
