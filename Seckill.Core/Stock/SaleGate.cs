using System.Globalization;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>A sale as Redis has it now.</summary>
/// <param name="Moves">Rises whenever units move, so that what went and came back is not taken for standing still.</param>
internal sealed record SaleReading(long Generation, bool Rebuilding, bool Paused, int Left, int Units, long OpensAt, long EndsAt, long Version, long Moves, int QueueLength);

/// <summary>Redis' side of a sale's account, in units.</summary>
internal sealed record GateAccount(long Generation, int Units, int Left, int Tickets, int Held, IReadOnlyList<string> Queue);

/// <summary>Everything Redis has of a sale, ticket by ticket and user by user.</summary>
/// <param name="Tickets">Seckill id → who has how many units by it.</param>
internal sealed record GateHoldings(
    SaleReading Sale, IReadOnlyDictionary<long, (long UserId, int Quantity)> Tickets, IReadOnlyDictionary<long, int> Held, IReadOnlyList<Ticket> Queue);

/// <summary>What one shopper has of a sale, as Redis has it.</summary>
internal sealed record GateAllowance(int Limit, int Held);

internal enum GateOutcome
{
    Done,

    /// <summary>Not loaded, being rebuilt, another generation, or a newer decision is already there.</summary>
    NotNow,

    /// <summary>Redis has nothing of the sale.</summary>
    NotLoaded,

    /// <summary>Fewer units left than should be withdrawn.</summary>
    FewerLeft,
}

/// <param name="Left">Units left, when there are fewer than should be withdrawn.</param>
internal readonly record struct GateChange(GateOutcome Outcome, int Left = 0);

/// <summary>Reads a sale in Redis and carries out what its seller decided.</summary>
internal sealed class SaleGate(StoreConnection store)
{
    private const int PageSize = 1000;

    private static readonly RedisValue[] ReadingFields = ["generation", "state", "left", "units", "opens", "ends", "version", "moves"];

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
    // Adds units to what is left, or withdraws them if there are enough. The change is remembered, and so is its refusal: repeating it
    // changes nothing, even when units have come back meanwhile.
    // Answers 0 not now, 1 done, 2 and what is left, 3 not loaded.
    private const string ChangeText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state', 'left', 'c:' .. ARGV[2])
        if not sale[1] then return {3, 0} end
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return {0, 0} end
        if sale[4] == '1' then return {1, 0} end
        local left = tonumber(sale[3])
        if sale[4] or (tonumber(ARGV[3]) < 0 and left + tonumber(ARGV[3]) < 0) then
            redis.call('HSET', KEYS[1], 'c:' .. ARGV[2], 2)
            return {2, left}
        end
        redis.call('HINCRBY', KEYS[1], 'left', ARGV[3])
        redis.call('HINCRBY', KEYS[1], 'units', ARGV[3])
        redis.call('HINCRBY', KEYS[1], 'moves', 1)
        redis.call('HSET', KEYS[1], 'c:' .. ARGV[2], 1)
        return {1, 0}
        """;

    // KEYS  sale, queue      ARGV  generation
    // From here on nothing is taken any more, whatever time a grab thinks it is.
    private const string CloseText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return 0 end
        if redis.call('LLEN', KEYS[2]) > 0 then return 0 end
        redis.call('HSET', KEYS[1], 'state', 'closed')
        return 1
        """;

    // KEYS  sale, held, vip, tickets, requests, queue, writer, rebuilder, tally      ARGV  generation
    private const string DropText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state')
        if sale[1] ~= ARGV[1] or sale[2] ~= 'closed' then return 0 end
        redis.call('DEL', unpack(KEYS))
        return 1
        """;

    // KEYS  sale, tickets      ARGV  seckill id, generation, when the id was made or 0
    // Whether the sale is there and its ticket, at one moment. With the time it is settled that there is none: this id and older ones are
    // refused should they be on their way still. Under another generation they may have been sent by a node that knows more.
    private const string FindText =
        """
        local sale = redis.call('HMGET', KEYS[1], 'state', 'generation', 'settled')
        if not sale[1] or sale[1] == 'rebuilding' then return {-1} end
        local ticket = redis.call('HGET', KEYS[2], ARGV[1])
        if ticket then return {0, ticket} end
        local made = tonumber(ARGV[3])
        if made > 0 then
            if sale[2] ~= ARGV[2] then return {-1} end
            if made > tonumber(sale[3] or 0) then redis.call('HSET', KEYS[1], 'settled', ARGV[3]) end
        end
        return {0, ''}
        """;

    /// <summary>The sale now; null when it is not loaded. While it is being rebuilt the amounts are 0.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<SaleReading?> ReadAsync(SaleKeys keys) =>
        store.AskAsync<SaleReading?>(async database =>
        {
            var hash = database.HashGetAsync(keys.Sale, ReadingFields);
            var queue = database.ListLengthAsync(keys.Queue);
            var sale = await hash;
            var length = (int)await queue;
            return sale[0].IsNull
                ? null
                : new((long)sale[0], sale[1] == "rebuilding", sale[1] == "paused", (int)sale[2], (int)sale[3], (long)sale[4], (long)sale[5], (long)sale[6], (long)sale[7], length);
        });

    /// <summary>What a shopper may have and has; null when the sale is not loaded or being rebuilt.</summary>
    public Task<GateAllowance?> ReadAllowanceAsync(SaleKeys keys, long userId) =>
        store.AskAsync<GateAllowance?>(async database =>
        {
            var sale = database.HashGetAsync(keys.Sale, ["state", "limit"]);
            var held = database.HashGetAsync(keys.Held, userId);
            var quota = database.HashGetAsync(keys.Vip, userId);
            await Task.WhenAll(sale, held, quota);
            var (state, limit) = ((await sale)[0], (await sale)[1]);
            return limit.IsNull || state == "rebuilding" ? null : new((int)((await quota).IsNull ? limit : await quota), (int)await held);
        });

    /// <summary>Whose ticket this is and for how many units.</summary>
    /// <param name="settle">Whether it is the last word that there is none: then no grab with this id, nor with an older one, takes anything from now on.</param>
    /// <returns>Known: whether the sale is there to be asked, and where the answer settles something, of this generation. Ticket: null when it is not held.</returns>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<(bool Known, (long UserId, int Quantity)? Ticket)> FindTicketAsync(SaleCard sale, long seckillId, bool settle = false)
    {
        var result = await store.RunAsync(FindText, [sale.Keys.Sale, sale.Keys.Tickets], [seckillId, sale.Generation, settle ? IdGenerator.TimeOf(seckillId).ToMilliseconds() : 0]);
        if ((int)result[0] < 0)
        {
            return (false, null);
        }

        var value = (string)result[1]!;
        return (true, value.Length == 0 ? null : ParseHolding(value));
    }

    // user:quantity
    private static (long UserId, int Quantity) ParseHolding(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return (long.Parse(value.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture), int.Parse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Redis' side of the account; null when the sale is not loaded or being rebuilt. The hashes are read in pieces, because a big sale in
    /// one script would keep every grab waiting: while units move, the amounts are not of one moment.
    /// </summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<GateAccount?> ReadAccountAsync(SaleKeys keys) =>
        store.AskAsync<GateAccount?>(async database =>
        {
            var (tickets, held) = (0, 0);
            await foreach (var entry in ScanAsync(keys.Tickets))
            {
                tickets += ParseHolding((string)entry.Value!).Quantity;
            }

            await foreach (var entry in ScanAsync(keys.Held))
            {
                held += (int)entry.Value;
            }

            var queue = await ReadQueueAsync(keys);
            return await ReadAsync(keys) is { Rebuilding: false } sale ? new(sale.Generation, sale.Units, sale.Left, tickets, held, queue) : null;
        });

    /// <summary>
    /// All that Redis has of a sale: tickets, then what users hold, then the queue, then the sale; null when it is not loaded or being
    /// rebuilt. Read in pieces, so what moves meanwhile may be in one and not in another.
    /// </summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<GateHoldings?> ReadHoldingsAsync(SaleKeys keys) =>
        store.AskAsync<GateHoldings?>(async database =>
        {
            var tickets = new Dictionary<long, (long, int)>();
            await foreach (var entry in ScanAsync(keys.Tickets))
            {
                tickets[(long)entry.Name] = ParseHolding((string)entry.Value!);
            }

            var held = new Dictionary<long, int>();
            await foreach (var entry in ScanAsync(keys.Held))
            {
                held[(long)entry.Name] = (int)entry.Value;
            }

            var queue = (await ReadQueueAsync(keys)).Select(Ticket.Parse).OfType<Ticket>().DistinctBy(ticket => ticket.SeckillId).ToList();
            return await ReadAsync(keys) is { Rebuilding: false } sale ? new(sale, tickets, held, queue) : null;
        });

    // Redis leaves out nothing that is there all the time. The embedded store's cursor counts what is there at the moment: what leaves
    // between two pieces would hide what stays, so there it is one piece; it has no network to cross.
    private async IAsyncEnumerable<HashEntry> ScanAsync(RedisKey hash)
    {
        if (store.IsEmbedded)
        {
            foreach (var entry in await store.Database.HashGetAllAsync(hash))
            {
                yield return entry;
            }

            yield break;
        }

        await foreach (var entry in store.Database.HashScanAsync(hash, pageSize: PageSize))
        {
            yield return entry;
        }
    }

    /// <summary>All tickets in the queue, first to last.</summary>
    public Task<IReadOnlyList<string>> ReadQueueAsync(SaleKeys keys) =>
        store.AskAsync<IReadOnlyList<string>>(async database => [.. (await database.ListRangeAsync(keys.Queue)).Select(value => (string)value!)]);

    /// <summary>Makes Redis follow what SQL has decided about state and times.</summary>
    public async Task<GateOutcome> SteerAsync(SaleCard sale) =>
        (int)await store.RunAsync(
            SteerText,
            [sale.Keys.Sale],
            [sale.Generation, sale.Version, sale.Paused ? "paused" : "open", sale.OpensAt.ToMilliseconds(), sale.EndsAt.ToMilliseconds()]) == 1
            ? GateOutcome.Done
            : GateOutcome.NotNow;

    /// <summary>Adds or withdraws units, once for each change id.</summary>
    public async Task<GateChange> ChangeAsync(SaleKeys keys, long generation, long changeId, int delta)
    {
        var result = await store.RunAsync(ChangeText, [keys.Sale], [generation, changeId, delta]);
        return (int)result[0] switch
        {
            0 => new(GateOutcome.NotNow),
            1 => new(GateOutcome.Done),
            2 => new(GateOutcome.FewerLeft, (int)result[1]),
            _ => new(GateOutcome.NotLoaded),
        };
    }

    /// <summary>Nothing is taken from the sale any more. False while tickets wait for their orders.</summary>
    public async Task<bool> CloseAsync(SaleKeys keys, long generation) =>
        (int)await store.RunAsync(CloseText, [keys.Sale, keys.Queue], [generation]) == 1;

    /// <summary>Takes a closed sale out of Redis.</summary>
    public Task DropAsync(SaleKeys keys, long generation) =>
        store.RunAsync(DropText, [keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests, keys.Queue, keys.Writer, keys.Rebuilder, keys.Tally], [generation]);
}
