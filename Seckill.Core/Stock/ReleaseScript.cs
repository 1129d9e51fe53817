using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

internal enum ReleaseOutcome
{
    /// <summary>Not loaded, being rebuilt, or another generation: ask again later.</summary>
    NotLoaded,

    /// <summary>Every ticket named is not held any more, be it by this call or before.</summary>
    Released,
}

/// <summary>Gives back the units of tickets, each at most once.</summary>
internal sealed class ReleaseScript(StoreConnection store)
{
    public const int BatchSize = 500;

    // KEYS  sale, held, tickets, requests
    // ARGV  generation, whether units go back on sale (1) or are only let go (0), count, seckill ids …, requests to forget …
    // Gives back only what is still held: a second release of the same ticket changes nothing.
    // A cancelled order's idempotency key stays remembered: the same request never takes a second unit. A refused ticket's is
    // forgotten: it took nothing in the end, and its shopper is told to try again.
    private const string Text =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return -1 end
        local ids = {}
        for i = 1, ARGV[3] do ids[i] = ARGV[3 + i] end
        for i = 4 + #ids, #ARGV do
            local first = string.match(redis.call('HGET', KEYS[4], ARGV[i]) or '', '^(%d+):')
            for j = 1, #ids do
                if ids[j] == first then redis.call('HDEL', KEYS[4], ARGV[i]) end
            end
        end
        local tickets = redis.call('HMGET', KEYS[3], unpack(ids))
        local given, users, found, total, seen = {}, {}, {}, 0, {}
        for i = 1, #ids do
            if tickets[i] and not seen[ids[i]] then
                seen[ids[i]] = true
                local user, quantity = string.match(tickets[i], '^(%d+):(%d+)')
                if not given[user] then
                    given[user] = 0
                    users[#users + 1] = user
                end
                given[user] = given[user] + tonumber(quantity)
                total = total + tonumber(quantity)
                found[#found + 1] = ids[i]
            end
        end
        if #found == 0 then return 0 end
        for i = 1, #users do
            if redis.call('HINCRBY', KEYS[2], users[i], -given[users[i]]) <= 0 then redis.call('HDEL', KEYS[2], users[i]) end
        end
        redis.call('HDEL', KEYS[3], unpack(found))
        if ARGV[2] == '1' then redis.call('HINCRBY', KEYS[1], 'left', total) end
        redis.call('HINCRBY', KEYS[1], 'moves', 1)
        return #found
        """;

    /// <param name="backOnSale">False where SQL has said that these units do not exist.</param>
    /// <exception cref="StoreException">The store did not answer; releasing again is safe.</exception>
    public async Task<ReleaseOutcome> RunAsync(SaleKeys keys, long generation, bool backOnSale, IReadOnlyCollection<long> seckillIds)
    {
        foreach (var batch in seckillIds.Chunk(BatchSize))
        {
            if (await RunAsync(keys, [generation, backOnSale ? 1 : 0, batch.Length, .. batch.Select(id => (RedisValue)id)]) == ReleaseOutcome.NotLoaded)
            {
                return ReleaseOutcome.NotLoaded;
            }

            KillPoint.Pass(KillPoint.ReleasedInPart);
        }

        return ReleaseOutcome.Released;
    }

    /// <summary>Lets go of tickets that SQL has refused, and forgets their requests.</summary>
    /// <param name="backOnSale">False where SQL has said that these units do not exist.</param>
    /// <exception cref="StoreException">The store did not answer; releasing again is safe.</exception>
    public async Task<ReleaseOutcome> RefusedAsync(SaleKeys keys, long generation, bool backOnSale, IReadOnlyCollection<Ticket> tickets)
    {
        foreach (var batch in tickets.Chunk(BatchSize))
        {
            RedisValue[] arguments =
            [
                generation, backOnSale ? 1 : 0, batch.Length, .. batch.Select(t => (RedisValue)t.SeckillId),
                .. batch.Where(t => t.Key is not null).Select(t => (RedisValue)$"{t.UserId}:{t.Key}"),
            ];
            if (await RunAsync(keys, arguments) == ReleaseOutcome.NotLoaded)
            {
                return ReleaseOutcome.NotLoaded;
            }
        }

        return ReleaseOutcome.Released;
    }

    private async Task<ReleaseOutcome> RunAsync(SaleKeys keys, RedisValue[] arguments) =>
        (int)await store.RunAsync(Text, [keys.Sale, keys.Held, keys.Tickets, keys.Requests], arguments) < 0 ? ReleaseOutcome.NotLoaded : ReleaseOutcome.Released;
}
