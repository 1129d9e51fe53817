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

    // Nothing while another process writes this sale or while it is not there to be written for.
    private const string Look =
        """
        local function look(owner, lease, most)
            local tickets = redis.call('LRANGE', KEYS[2], 0, most - 1)
            if #tickets == 0 then return {} end
            local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
            if not sale[1] or sale[2] == 'rebuilding' then return {} end
            local writer = redis.call('GET', KEYS[3])
            if writer and writer ~= owner then return {} end
            redis.call('SET', KEYS[3], owner, 'PX', lease)
            table.insert(tickets, 1, sale[1])
            return tickets
        end

        """;

    // KEYS  sale, queue, writer      ARGV  owner, lease in milliseconds, count
    private const string PeekText = Look + "return look(ARGV[1], ARGV[2], ARGV[3])";

    // KEYS  sale, queue, writer      ARGV  owner, lease in milliseconds, count of the next or 0, count, what was written …, then what goes to the end of the queue
    // Only if all that was written is still where it was: otherwise somebody else has trimmed. Its first and last alone would not tell:
    // what went to the end of the queue comes to its head again, with other tickets in between.
    private const string TrimText =
        Look + """
        local queue = redis.call('LRANGE', KEYS[2], 0, ARGV[4] - 1)
        for i = 1, ARGV[4] do
            if queue[i] ~= ARGV[i + 4] then return {0} end
        end
        for i = ARGV[4] + 5, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
        redis.call('LTRIM', KEYS[2], ARGV[4], -1)
        local answer = {}
        if ARGV[3] ~= '0' then answer = look(ARGV[1], ARGV[2], ARGV[3]) end
        table.insert(answer, 1, 1)
        return answer
        """;

    /// <summary>The first tickets, left where they are; null when there are none or they are not this process' to write.</summary>
    public async Task<PeekedTickets?> PeekAsync(SaleKeys keys) =>
        Peeked((RedisResult[])(await store.RunAsync(PeekText, KeysOf(keys), [Owner, (long)LeaseLength.TotalMilliseconds, BatchSize]))!);

    /// <summary>Removes tickets that were looked at and whose fate is in SQL. False when they were not there any more.</summary>
    /// <param name="stuck">Those of them whose fate could not be written: they go to the end, so that nobody waits behind them.</param>
    public async Task<bool> TrimAsync(SaleKeys keys, IReadOnlyList<string> raw, IReadOnlyCollection<string>? stuck = null) =>
        (await TrimAsync(keys, raw, stuck, next: 0)).Trimmed;

    /// <summary>The same, and looks at the next tickets in the same moment.</summary>
    /// <returns>Next: as from <see cref="PeekAsync"/>; null as well when nothing was trimmed.</returns>
    public Task<(bool Trimmed, PeekedTickets? Next)> TrimAndPeekAsync(SaleKeys keys, IReadOnlyList<string> raw, IReadOnlyCollection<string>? stuck = null) =>
        TrimAsync(keys, raw, stuck, next: BatchSize);

    private async Task<(bool Trimmed, PeekedTickets? Next)> TrimAsync(SaleKeys keys, IReadOnlyList<string> raw, IReadOnlyCollection<string>? stuck, int next)
    {
        var answer = (RedisResult[])(await store.RunAsync(
            TrimText,
            KeysOf(keys),
            [Owner, (long)LeaseLength.TotalMilliseconds, next, raw.Count, .. raw.Select(ticket => (RedisValue)ticket), .. (stuck ?? []).Select(ticket => (RedisValue)ticket)]))!;
        return ((int)answer[0] == 1, Peeked(answer.AsSpan(1)));
    }

    private static RedisKey[] KeysOf(SaleKeys keys) => [keys.Sale, keys.Queue, keys.Writer];

    private static PeekedTickets? Peeked(ReadOnlySpan<RedisResult> found)
    {
        if (found.IsEmpty)
        {
            return null;
        }

        var raw = new List<string>(found.Length - 1);
        foreach (var ticket in found[1..])
        {
            raw.Add((string)ticket!);
        }

        return new((long)found[0], raw);
    }

    /// <summary>How many tickets wait in each queue, asked for in one go.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<long[]> CountAsync(IEnumerable<SaleKeys> sales) =>
        store.AskAsync(database => Task.WhenAll(sales.Select(keys => database.ListLengthAsync(keys.Queue))));

    /// <summary>The ticket that is to be written next.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<Ticket?> FirstAsync(SaleKeys keys) =>
        (string?)await store.AskAsync(database => database.ListGetByIndexAsync(keys.Queue, 0)) is { } first ? Ticket.Parse(first) : null;
}
