using System.Globalization;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>What all processes together have counted of a sale.</summary>
/// <param name="Seeded">Whether what was counted before this key was made is in it.</param>
/// <param name="Counts">By name, only those that were counted.</param>
/// <param name="Watchers">Who watches now, on all processes that are alive.</param>
internal sealed record SaleTally(bool Seeded, IReadOnlyDictionary<string, long> Counts, int Watchers);

/// <summary>
/// Counts of a sale that no process knows alone. Each adds what it has counted since it last did, so a process that starts anew goes on
/// where it was, one that dies takes no more with it than its last second, and the hash does not grow with their number. Counts are for charts:
/// where it is not known whether they arrived they are left out rather than added twice.
/// </summary>
internal sealed class SaleTallies(StoreConnection store)
{
    private const string Seed = "seeded";
    private const string Count = "n:";
    private const string Watching = "w:";

    // How long the last word of a process about its watchers counts, and when it is swept up.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Dead = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    private readonly string _me = Watching + Guid.NewGuid().ToString("N");

    // KEYS  sale, tally      ARGV  milliseconds to keep it, this process' field, what to say in it or nothing, then pairs of field and what to add
    private const string PostText =
        """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
        if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
        redis.call('PEXPIRE', KEYS[2], ARGV[1])
        return 1
        """;

    // KEYS  tally      ARGV  milliseconds to keep it, then pairs of field and what to add
    private const string SeedText =
        """
        if redis.call('HEXISTS', KEYS[1], 'seeded') == 1 then return 0 end
        redis.call('HSET', KEYS[1], 'seeded', 1)
        for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 1
        """;

    /// <summary>Adds what this process has counted and says who watches here. False when the sale is not loaded: nothing was added.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<bool> PostAsync(SaleKeys keys, IEnumerable<KeyValuePair<string, long>> added, int watchers, long now) =>
        (int)await store.RunAsync(
            PostText,
            [keys.Sale, keys.Tally],
            [(long)KeptFor.TotalMilliseconds, _me, watchers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{watchers}:{now}"), .. Pairs(added)]) == 1;

    /// <summary>Puts in what was counted before the key was made, once.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task SeedAsync(SaleKeys keys, IEnumerable<KeyValuePair<string, long>> before) =>
        store.RunAsync(SeedText, [keys.Tally], [(long)KeptFor.TotalMilliseconds, .. Pairs(before)]);

    /// <summary>What has been counted; null when nobody has said anything.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<SaleTally?> ReadAsync(SaleKeys keys, long now) =>
        store.AskAsync<SaleTally?>(async database =>
        {
            var (seeded, watchers, counts, dead) = (false, 0, new Dictionary<string, long>(), new List<RedisValue>());
            var entries = await database.HashGetAllAsync(keys.Tally);
            foreach (var entry in entries)
            {
                var name = (string)entry.Name!;
                if (name == Seed)
                {
                    seeded = true;
                }
                else if (name.StartsWith(Count, StringComparison.Ordinal))
                {
                    counts[name[Count.Length..]] = (long)entry.Value;
                }
                else if (((string)entry.Value!).Split(':') is [var here, var at])
                {
                    var age = TimeSpan.FromMilliseconds(now - long.Parse(at, CultureInfo.InvariantCulture));
                    watchers += age <= Fresh ? int.Parse(here, CultureInfo.InvariantCulture) : 0;
                    if (age > Dead)
                    {
                        dead.Add(entry.Name);
                    }
                }
            }

            if (dead.Count > 0)
            {
                await database.HashDeleteAsync(keys.Tally, [.. dead]);
            }

            return entries.Length == 0 ? null : new(seeded, counts, watchers);
        });

    private static IEnumerable<RedisValue> Pairs(IEnumerable<KeyValuePair<string, long>> counts) =>
        counts.Where(pair => pair.Value != 0).SelectMany(pair => new RedisValue[] { Count + pair.Key, pair.Value });
}
