using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Seckill.Core.Persistence;

/// <summary>A transaction that writes holds the whole database from its first statement on (BEGIN IMMEDIATE).</summary>
internal sealed class SqliteLedgerSql : ILedgerSql
{
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int TooBig = 18;

    public string LockSale =>
        """
        SELECT ProductId, SellerId, PriceCents, PaymentWindow, Generation FROM FlashSales WHERE SaleId = {0}
        """;

    public string FindRecords =>
        """
        SELECT SeckillId, SaleId, UserId, Quantity, Status, Reason FROM SeckillRecords
        WHERE SeckillId IN (SELECT value FROM json_each({0}))
        """;

    public string SumHeld =>
        """
        SELECT UserId, SUM(Quantity) AS Quantity FROM SeckillRecords
        WHERE SaleId = {0} AND Status IN ('PendingPayment', 'Paid') AND UserId IN (SELECT value FROM json_each({1}))
        GROUP BY UserId
        """;

    public string InsertRecords =>
        """
        INSERT INTO SeckillRecords
            (SeckillId, SaleId, OrderId, UserId, ProductId, Quantity, Status, IdempotencyKey, LimitKind, LimitSize, Reason, GrabbedAt, CreatedAt, UpdatedAt)
        SELECT
            value ->> 'SeckillId', value ->> 'SaleId', value ->> 'OrderId', value ->> 'UserId', value ->> 'ProductId', value ->> 'Quantity', value ->> 'Status',
            value ->> 'IdempotencyKey', value ->> 'LimitKind', value ->> 'LimitSize', value ->> 'Reason', value ->> 'GrabbedAt', value ->> 'CreatedAt', value ->> 'UpdatedAt'
        FROM json_each({0})
        """;

    public string InsertOrders =>
        """
        INSERT INTO Orders
            (OrderId, SaleId, SeckillId, ProductId, BuyerId, SellerId, Quantity, UnitPriceCents, Status, CreatedAt, UpdatedAt, PayBeforeAt)
        SELECT
            value ->> 'OrderId', value ->> 'SaleId', value ->> 'SeckillId', value ->> 'ProductId', value ->> 'BuyerId', value ->> 'SellerId', value ->> 'Quantity',
            value ->> 'UnitPriceCents', value ->> 'Status', value ->> 'CreatedAt', value ->> 'UpdatedAt', value ->> 'PayBeforeAt'
        FROM json_each({0})
        """;

    public string TimeOutOverdue =>
        """
        UPDATE Orders SET Status = 'TimedOut', ClosedAt = {0}, UpdatedAt = {0}
        WHERE Status = 'PendingPayment' AND Id IN
            (SELECT Id FROM Orders WHERE Status = 'PendingPayment' AND PayBeforeAt <= {0} ORDER BY PayBeforeAt LIMIT {1})
        RETURNING SeckillId
        """;

    public string CloseRecords =>
        """
        UPDATE SeckillRecords SET Status = {1}, UpdatedAt = {2}
        WHERE Status = 'PendingPayment' AND SeckillId IN (SELECT value FROM json_each({0}))
        RETURNING SeckillId, SaleId, ProductId, UserId, Quantity, LimitKind
        """;

    public string MarkReleased =>
        """
        UPDATE Orders SET ReleasedAt = {1}
        WHERE ReleasedAt IS NULL AND ClosedAt IS NOT NULL AND OrderId IN (SELECT value FROM json_each({0}))
        """;

    public bool OneWriterAtATime => true;

    public bool IsDeadlock(DbException e) => false;

    public async Task<IDbContextTransaction> BeginPictureAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        // Deferred: a reader's snapshot in the write-ahead log, which keeps nobody from writing.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(transaction, cancellationToken))!;
    }

    public Task EndPictureAsync(SeckillDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsRowRejected(DbException e) => e is SqliteException { SqliteErrorCode: Constraint or Mismatch or TooBig };
}
