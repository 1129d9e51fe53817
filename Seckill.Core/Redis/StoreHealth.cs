using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Core.Redis;

/// <summary>Runs a real script: a store that answers PING may still refuse to write.</summary>
internal sealed class StoreHealth(StoreConnection store) : IHealthCheck
{
    // KEYS  a key of no sale
    private const string Text = "redis.call('SET', KEYS[1], 1, 'PX', 1000) return tonumber(redis.call('GET', KEYS[1]))";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return !store.IsTrusted ? HealthCheckResult.Unhealthy("The store is away, or has not been compared with SQL yet.")
                : (int)await store.RunAsync(Text, ["seckill:health"], [], Patience) == 1 ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The store does not keep what it is told.");
        }
        catch (StoreException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
