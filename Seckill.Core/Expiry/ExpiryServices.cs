using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Seckill.Core.Expiry;

internal static class ExpiryServices
{
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CompleteEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AuditEvery = TimeSpan.FromSeconds(2);

    /// <param name="run">Whether this process runs the sweeps.</param>
    public static IServiceCollection AddExpiry(this IServiceCollection services, bool run)
    {
        services.AddSingleton<OrderExpiry>();
        if (!run)
        {
            return services;
        }

        services.AddQuartz(quartz =>
        {
            Sweep<ExpireOrdersJob>(ExpireOrdersJob.Key, ExpireEvery);
            Sweep<SettlePaymentsJob>(SettlePaymentsJob.Key, SettleEvery);
            Sweep<CompleteStockChangesJob>(CompleteStockChangesJob.Key, CompleteEvery);
            Sweep<AuditSalesJob>(AuditSalesJob.Key, AuditEvery);

            // Two sweeps never overlap: each begins a while after the last one ended.
            void Sweep<TJob>(JobKey key, TimeSpan every)
                where TJob : class, IJob
            {
                services.AddTransient<TJob>();
                quartz.ScheduleJob<TJob>(
                    trigger => trigger.WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever().MeasureIntervalFromCompletion()),
                    job => job.WithIdentity(key));
            }
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        return services;
    }
}
