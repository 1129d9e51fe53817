using Quartz;
using Seckill.Core.Ordering;
using Seckill.Core.Recovery;
using Seckill.Core.Sales;

namespace Seckill.Core.Expiry;

[DisallowConcurrentExecution]
internal sealed class ExpireOrdersJob(OrderExpiry expiry) : IJob
{
    public static readonly JobKey Key = new("expire-orders", "orders");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await expiry.SweepAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class SettlePaymentsJob(OrderPayment payment) : IJob
{
    public static readonly JobKey Key = new("settle-payments", "orders");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await payment.SweepAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class CompleteStockChangesJob(StockChanges changes) : IJob
{
    public static readonly JobKey Key = new("complete-stock-changes", "sales");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await changes.SweepAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class AuditSalesJob(SaleAudit audit) : IJob
{
    public static readonly JobKey Key = new("audit-sales", "sales");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await audit.LookAsync(cancellationToken);
}
