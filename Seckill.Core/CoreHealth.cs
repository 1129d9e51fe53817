using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core;

internal static class CoreHealth
{
    public const string Ready = "ready";

    public static IServiceCollection AddCoreHealth(this IServiceCollection services)
    {
        services.AddSingleton<QueueGauge>().AddHostedService(provider => provider.GetRequiredService<QueueGauge>());
        services.AddHealthChecks()
            .AddCheck<LedgerHealth>("sql", tags: [Ready])
            .AddCheck<StoreHealth>("store", tags: [Ready])
            .AddCheck<ClockHealth>("clock", tags: [Ready])
            .AddCheck<QueueHealth>("queue", tags: [Ready])
            .AddCheck<AccountHealth>("account", tags: [Ready]);
        return services;
    }
}

internal sealed class LedgerHealth(IDbContextFactory<SeckillDbContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.House.AnyAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

internal sealed class ClockHealth(StoreClock clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(clock.IsReliable
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("This machine's clock has drifted from the store's, or the store's has not been read for a while."));
}

/// <summary>Tickets that wait too long mean that no process writes orders.</summary>
internal sealed class QueueHealth(QueueGauge gauge) : IHealthCheck
{
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gauge.OldestAge > Old
            ? HealthCheckResult.Degraded($"The oldest ticket has waited for its order for {gauge.OldestAge.TotalSeconds:0} s.")
            : HealthCheckResult.Healthy());
}

/// <summary>Measures the queues every second, for the metrics and the health of this process.</summary>
internal sealed class QueueGauge : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly SaleDirectory _directory;
    private readonly StoreConnection _store;
    private readonly TicketQueue _queue;
    private readonly StoreClock _clock;
    private volatile Reading _reading = new(0, TimeSpan.Zero);

    public QueueGauge(SaleDirectory directory, StoreConnection store, TicketQueue queue, StoreClock clock, Metering metering)
    {
        (_directory, _store, _queue, _clock) = (directory, store, queue, clock);
        metering.Observe("seckill.queue.length", "{ticket}", "Tickets waiting for their orders", () => [new Measurement<double>(_reading.Length)]);
        metering.Observe("seckill.queue.age", "s", "How long the oldest ticket has waited", () => [new Measurement<double>(_reading.OldestAge.TotalSeconds)]);
    }

    public TimeSpan OldestAge => _reading.OldestAge;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, _clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await MeasureAsync();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task MeasureAsync()
    {
        if (!_store.IsTrusted)
        {
            return;
        }

        try
        {
            var queues = _directory.Live.Where(sale => sale.OpensAt <= _clock.UtcNow).Select(sale => sale.Keys).ToList();
            var lengths = await _queue.CountAsync(queues);
            var oldest = TimeSpan.Zero;
            foreach (var queue in queues.Where((_, i) => lengths[i] > 0))
            {
                var age = await _queue.FirstAsync(queue) is { } first ? _clock.UtcNow - first.GrabbedAt.ToUtc() : TimeSpan.Zero;
                oldest = age > oldest ? age : oldest;
            }

            _reading = new(lengths.Sum(), oldest);
        }
        catch (StoreException)
        {
            // The store's own health says so.
        }
    }

    private sealed record Reading(long Length, TimeSpan OldestAge);
}
