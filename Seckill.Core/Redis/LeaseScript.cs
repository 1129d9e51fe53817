using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>A right for a while, kept by asking again. Losing it unnoticed must be harmless: it saves work, it guards nothing.</summary>
internal sealed class LeaseScript(StoreConnection store)
{
    private static readonly string Owner = Guid.NewGuid().ToString("N");

    // KEYS  lease      ARGV  owner, milliseconds
    private const string Text =
        """
        local owner = redis.call('GET', KEYS[1])
        if owner and owner ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    /// <summary>Takes or prolongs the lease for this process. False while another process has it.</summary>
    public async Task<bool> TakeAsync(RedisKey lease, TimeSpan length) =>
        (int)await store.RunAsync(Text, [lease], [Owner, (long)length.TotalMilliseconds]) == 1;

    public Task ReleaseAsync(RedisKey lease) => TakeAsync(lease, TimeSpan.FromMilliseconds(1));
}
