using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Seckill.Core.Expiry;

internal static class ExpiryServices
{
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CompleteEvery = TimeSpan.FromSeconds(1);

    /// <param name="run">Whether this process runs the sweeps.</param>
    public static IServiceCollection AddExpiry(this IServiceCollection services, bool run)
    {
        services.AddSingleton<OrderExpiry>();
        if (!run)
        {
            return services;
        }

        services.AddTransient<ExpireOrdersJob>();
        services.AddTransient<SettlePaymentsJob>();
        services.AddTransient<CompleteStockChangesJob>();
        services.AddQuartz(quartz =>
        {
            // Two sweeps never overlap: each begins a while after the last one ended.
            quartz.ScheduleJob<ExpireOrdersJob>(
                trigger => trigger.WithSimpleSchedule(schedule => schedule.WithInterval(ExpireEvery).RepeatForever().MeasureIntervalFromCompletion()),
                job => job.WithIdentity(ExpireOrdersJob.Key));
            quartz.ScheduleJob<SettlePaymentsJob>(
                trigger => trigger.WithSimpleSchedule(schedule => schedule.WithInterval(SettleEvery).RepeatForever().MeasureIntervalFromCompletion()),
                job => job.WithIdentity(SettlePaymentsJob.Key));
            quartz.ScheduleJob<CompleteStockChangesJob>(
                trigger => trigger.WithSimpleSchedule(schedule => schedule.WithInterval(CompleteEvery).RepeatForever().MeasureIntervalFromCompletion()),
                job => job.WithIdentity(CompleteStockChangesJob.Key));
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        return services;
    }
}
