using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Ordering;

/// <param name="Generation">Of the sale at the moment of the look; the order transaction requires it to be current.</param>
/// <param name="Raw">The tickets as they stand in the queue, first to last.</param>
internal sealed record PeekedTickets(long Generation, IReadOnlyList<string> Raw);

/// <summary>
/// The tickets of one sale that wait for their orders. The writer looks, writes, then trims; nothing else ever removes anything,
/// so a crash between the steps only makes the same tickets come round again.
/// </summary>
internal sealed class TicketQueue(StoreConnection store)
{
    public const int BatchSize = 500;

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(5);
    private static readonly string Owner = Guid.NewGuid().ToString("N");

    // KEYS  sale, queue, writer      ARGV  owner, lease in milliseconds, count
    // Nothing while another process writes this sale or while it is not there to be written for.
    private const string PeekText =
        """
        local tickets = redis.call('LRANGE', KEYS[2], 0, ARGV[3] - 1)
        if #tickets == 0 then return {} end
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if not sale[1] or sale[2] == 'rebuilding' then return {} end
        local owner = redis.call('GET', KEYS[3])
        if owner and owner ~= ARGV[1] then return {} end
        redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
        table.insert(tickets, 1, sale[1])
        return tickets
        """;

    // KEYS  queue      ARGV  count, what was written …, then what goes to the end of the queue
    // Only if all that was written is still where it was: otherwise somebody else has trimmed. Its first and last alone would not tell:
    // what went to the end of the queue comes to its head again, with other tickets in between.
    private const string TrimText =
        """
        local queue = redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)
        for i = 1, ARGV[1] do
            if queue[i] ~= ARGV[i + 1] then return 0 end
        end
        for i = ARGV[1] + 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
        redis.call('LTRIM', KEYS[1], ARGV[1], -1)
        return 1
        """;

    /// <summary>The first tickets, left where they are; null when there are none or they are not this process' to write.</summary>
    public async Task<PeekedTickets?> PeekAsync(SaleKeys keys)
    {
        var result = await store.RunAsync(PeekText, [keys.Sale, keys.Queue, keys.Writer], [Owner, (long)LeaseLength.TotalMilliseconds, BatchSize]);
        return result.Length == 0
            ? null
            : new((long)result[0], [.. Enumerable.Range(1, result.Length - 1).Select(i => (string)result[i]!)]);
    }

    /// <summary>Removes tickets that were looked at and whose fate is in SQL. False when they were not there any more.</summary>
    /// <param name="stuck">Those of them whose fate could not be written: they go to the end, so that nobody waits behind them.</param>
    public async Task<bool> TrimAsync(SaleKeys keys, IReadOnlyList<string> raw, IReadOnlyCollection<string>? stuck = null) =>
        (int)await store.RunAsync(TrimText, [keys.Queue], [raw.Count, .. raw.Select(ticket => (RedisValue)ticket), .. (stuck ?? []).Select(ticket => (RedisValue)ticket)]) == 1;

    /// <summary>How many tickets wait in each queue, asked for in one go.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<long[]> CountAsync(IEnumerable<SaleKeys> sales) =>
        AskAsync(database => Task.WhenAll(sales.Select(keys => database.ListLengthAsync(keys.Queue))));

    /// <summary>The ticket that is to be written next.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<Ticket?> FirstAsync(SaleKeys keys) =>
        (string?)await AskAsync(database => database.ListGetByIndexAsync(keys.Queue, 0)) is { } first ? Ticket.Parse(first) : null;

    private async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> question)
    {
        try
        {
            return await question(store.Database);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }
}
