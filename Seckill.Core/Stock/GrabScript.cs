using System.Globalization;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>One grab of a batch.</summary>
internal readonly record struct GrabTry(long SeckillId, long UserId, int Quantity, string? Key);

/// <summary>What the script says of one grab; its numbers are the script's.</summary>
internal enum GrabAnswer
{
    Granted = 1,
    Replayed = 2,
    KeyReused = 3,
    Ended = 4,
    Paused = 5,
    NotStarted = 6,
    SoldOutForNow = 7,
    OverLimit = 8,
    FewerLeft = 9,
    QueueFull = 10,
}

internal enum BatchAnswer
{
    /// <summary>The sale was there and each grab has its answer.</summary>
    Answered = 0,

    /// <summary>The sale is not in Redis.</summary>
    NotLoaded = -1,

    /// <summary>Another generation, or being rebuilt, or a grab was on its way for so long that its shopper may have been told that it took nothing.</summary>
    Fenced = -2,
}

/// <summary>The sale as the batch left it.</summary>
internal sealed record GateReading(int Left, bool Paused, bool Closed, long OpensAt, long EndsAt);

/// <param name="Answers">One for each grab, in their order.</param>
/// <param name="ReplayIds">The first answer's seckill id, for each replayed grab, in their order.</param>
internal sealed record GrabBatchResult(BatchAnswer Answer, GateReading? Reading, GrabAnswer[] Answers, long[] ReplayIds);

/// <summary>
/// Takes units for a batch of grabs and queues their tickets: one atomic step, so there is no moment when a unit is gone and its
/// ticket is not in the queue. Inside a batch later grabs see the earlier ones.
/// </summary>
internal sealed class GrabScript(StoreConnection store)
{
    public const int BatchSize = 64;

    private const int HeaderArguments = 4;
    private const int ArgumentsPerGrab = 4;

    // KEYS  sale, held, vip, tickets, requests, queue
    // ARGV  generation, now, queue bound, when the oldest id was made, then for each grab: seckill id, user, quantity, idempotency key ('' for none)
    // Answers 0, left, state (1 paused, 2 closed), opens, ends, a number per grab, then the seckill id of each replay.
    // Reads in bulk, decides in Lua's own tables, writes in bulk at the end: nothing is rolled back when a script fails half-way.
    private const string Text =
        """
        local sale = redis.call('HMGET', KEYS[1], 'generation', 'state', 'opens', 'ends', 'limit', 'left', 'settled')
        if not sale[1] then return {-1} end
        if sale[1] ~= ARGV[1] or sale[2] == 'rebuilding' then return {-2} end
        if sale[7] and tonumber(ARGV[4]) <= tonumber(sale[7]) then return {-2} end

        local now, opens, ends = tonumber(ARGV[2]), tonumber(sale[3]), tonumber(sale[4])
        local limit, left = tonumber(sale[5]), tonumber(sale[6])
        local state = 0
        if sale[2] == 'paused' then state = 1 elseif sale[2] == 'closed' then state = 2 end

        -- What everybody alike is refused for.
        local refusal = 0
        if state == 2 or now >= ends then refusal = 4
        elseif state == 1 then refusal = 5
        elseif now < opens then refusal = 6
        elseif left <= 0 then refusal = 7 end

        local count = (#ARGV - 4) / 4
        local fields, keyed, wanted = {}, {}, 0
        local users, known, total = {}, {}, 0
        for i = 1, count do
            local at = i * 4 + 1
            local user, key = ARGV[at + 1], ARGV[at + 3]
            if key ~= '' then
                wanted = wanted + 1
                local field = user .. ':' .. key
                fields[wanted] = field
                keyed[i] = field
            end
            if not known[user] then
                known[user] = true
                total = total + 1
                users[total] = user
            end
        end

        local remembered = {}
        if wanted > 0 then
            local values = redis.call('HMGET', KEYS[5], unpack(fields))
            for i = 1, wanted do remembered[fields[i]] = values[i] end
        end

        local held, vip = {}, {}
        if refusal == 0 then
            local h = redis.call('HMGET', KEYS[2], unpack(users))
            local v = redis.call('HMGET', KEYS[3], unpack(users))
            for i = 1, total do
                held[users[i]] = h[i]
                vip[users[i]] = v[i]
            end
        end

        local answer = {0, 0, state, opens, ends}
        local replays = {}
        local room = -1
        local taken, changed = 0, {}
        local newTickets, newRequests, newQueue, tickets, requests = {}, {}, {}, 0, 0
        for i = 1, count do
            local at = i * 4 + 1
            local field = keyed[i]
            local before = field and remembered[field]
            local code
            if before then
                local first, amount = string.match(before, '^(%d+):(%d+)')
                if tonumber(amount) == tonumber(ARGV[at + 2]) then
                    code = 2
                    replays[#replays + 1] = first
                else
                    code = 3
                end
            elseif refusal ~= 0 then
                code = refusal
            elseif left <= 0 then
                code = 7
            else
                local user, amount = ARGV[at + 1], ARGV[at + 2]
                local quantity = tonumber(amount)
                local cap, kind = sale[5], 'd'
                if vip[user] then cap, kind = vip[user], 'v' end
                local holds = tonumber(held[user] or 0) + quantity
                if holds > tonumber(cap) then
                    code = 8
                elseif quantity > left then
                    code = 9
                else
                    if room < 0 then room = math.max(0, tonumber(ARGV[3]) - redis.call('LLEN', KEYS[6])) end
                    if room == 0 then
                        code = 10
                    else
                        code = 1
                        room = room - 1
                        left = left - quantity
                        taken = taken + quantity
                        held[user] = holds
                        changed[user] = true
                        local id = ARGV[at]
                        newTickets[tickets + 1] = id
                        newTickets[tickets + 2] = user .. ':' .. amount
                        tickets = tickets + 2
                        newQueue[tickets / 2] = id .. ':' .. user .. ':' .. amount .. ':' .. ARGV[2] .. ':' .. ARGV[at + 3] .. ':' .. kind .. ':' .. cap .. ':' .. ARGV[1]
                        if field then
                            local request = id .. ':' .. amount
                            remembered[field] = request
                            newRequests[requests + 1] = field
                            newRequests[requests + 2] = request
                            requests = requests + 2
                        end
                    end
                end
            end
            answer[5 + i] = code
        end
        answer[2] = left

        if taken > 0 then
            local newHeld, n = {}, 0
            for user in pairs(changed) do
                newHeld[n + 1] = user
                newHeld[n + 2] = held[user]
                n = n + 2
            end
            redis.call('RPUSH', KEYS[6], unpack(newQueue))
            redis.call('HINCRBY', KEYS[1], 'left', -taken)
            redis.call('HINCRBY', KEYS[1], 'moves', 1)
            redis.call('HSET', KEYS[2], unpack(newHeld))
            redis.call('HSET', KEYS[4], unpack(newTickets))
            if #newRequests > 0 then redis.call('HSET', KEYS[5], unpack(newRequests)) end
        end

        for i = 1, #replays do answer[5 + count + i] = replays[i] end
        return answer
        """;

    /// <param name="now">Milliseconds since 1970 UTC, by the one clock.</param>
    /// <param name="queueBound">Tickets the queue may hold.</param>
    /// <exception cref="StoreException">The store did not answer; the exception says whether anything may have run.</exception>
    public async Task<GrabBatchResult> RunAsync(SaleCard sale, long now, int queueBound, IReadOnlyList<GrabTry> grabs, TimeSpan patience)
    {
        var keys = sale.Keys;
        var arguments = new RedisValue[HeaderArguments + grabs.Count * ArgumentsPerGrab];
        arguments[0] = sale.Generation;
        arguments[1] = now;
        arguments[2] = queueBound;
        var oldest = long.MaxValue;
        for (var i = 0; i < grabs.Count; i++)
        {
            var at = HeaderArguments + i * ArgumentsPerGrab;
            var grab = grabs[i];
            arguments[at] = grab.SeckillId;
            arguments[at + 1] = grab.UserId;
            arguments[at + 2] = grab.Quantity;
            arguments[at + 3] = grab.Key ?? "";
            oldest = Math.Min(oldest, grab.SeckillId);
        }

        arguments[3] = IdGenerator.TimeOf(oldest).ToMilliseconds();

        var result = await store.RunAsync(Text, [keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests, keys.Queue], arguments, patience);
        var answer = (BatchAnswer)(int)result[0];
        if (answer != BatchAnswer.Answered)
        {
            return new(answer, null, [], []);
        }

        const int Header = 5;
        var answers = new GrabAnswer[grabs.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = (GrabAnswer)(int)result[Header + i];
        }

        var replayIds = new long[result.Length - Header - answers.Length];
        for (var i = 0; i < replayIds.Length; i++)
        {
            replayIds[i] = long.Parse((string)result[Header + answers.Length + i]!, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        var state = (int)result[2];
        return new(answer, new((int)result[1], Paused: state == 1, Closed: state == 2, (long)result[3], (long)result[4]), answers, replayIds);
    }
}
