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

    private const string InsertRecord =
        """
        INSERT INTO SeckillRecords
            (SeckillId, SaleId, OrderId, UserId, ProductId, Quantity, Status, IdempotencyKey, LimitKind, LimitSize, Reason, GrabbedAt, CreatedAt, UpdatedAt)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """;

    private const string InsertOrder =
        """
        INSERT INTO Orders
            (OrderId, SaleId, SeckillId, ProductId, BuyerId, SellerId, Quantity, UnitPriceCents, Status, CreatedAt, UpdatedAt, PayBeforeAt)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """;

    public string LockSale =>
        """
        SELECT ProductId, SellerId, PriceCents, PaymentWindow, Generation FROM FlashSales WHERE SaleId = {0}
        """;

    public string FindRecords =>
        """
        SELECT SeckillId, SaleId, UserId, Quantity, Reason FROM SeckillRecords
        WHERE SeckillId IN (SELECT value FROM json_each({0}))
        """;

    public string SumHeld =>
        """
        SELECT UserId, SUM(Quantity) AS Quantity FROM SeckillRecords
        WHERE SaleId = {0} AND Status IN ('PendingPayment', 'Paid') AND UserId IN (SELECT value FROM json_each({1}))
        GROUP BY UserId
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

    // Row by row through one prepared statement, by Sqlite's own calls: as JSON, or through the driver's parameters, which it looks up by
    // name for every row, these inserts cost more than all that the sale costs besides.
    public Task InsertAsync(SeckillDbContext db, IReadOnlyList<RecordInsert> records, IReadOnlyList<OrderInsert> orders, CancellationToken cancellationToken)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        using (var insert = new SqliteRows(connection, InsertRecord))
        {
            foreach (var record in records)
            {
                insert.Bind(1, record.SeckillId);
                insert.Bind(2, record.SaleId);
                insert.Bind(3, record.OrderId);
                insert.Bind(4, record.UserId);
                insert.Bind(5, record.ProductId);
                insert.Bind(6, record.Quantity);
                insert.Bind(7, record.Status);
                insert.Bind(8, record.IdempotencyKey);
                insert.Bind(9, record.LimitKind);
                insert.Bind(10, record.LimitSize);
                insert.Bind(11, record.Reason);
                insert.Bind(12, record.GrabbedAt);
                insert.Bind(13, record.CreatedAt);
                insert.Bind(14, record.UpdatedAt);
                insert.Execute();
            }
        }

        using (var insert = new SqliteRows(connection, InsertOrder))
        {
            foreach (var order in orders)
            {
                insert.Bind(1, order.OrderId);
                insert.Bind(2, order.SaleId);
                insert.Bind(3, order.SeckillId);
                insert.Bind(4, order.ProductId);
                insert.Bind(5, order.BuyerId);
                insert.Bind(6, order.SellerId);
                insert.Bind(7, order.Quantity);
                insert.Bind(8, order.UnitPriceCents);
                insert.Bind(9, order.Status);
                insert.Bind(10, order.CreatedAt);
                insert.Bind(11, order.UpdatedAt);
                insert.Bind(12, order.PayBeforeAt);
                insert.Execute();
            }
        }

        return Task.CompletedTask;
    }

    public async Task<IDbContextTransaction> BeginPictureAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        // Deferred: a reader's snapshot in the write-ahead log, which keeps nobody from writing.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(transaction, cancellationToken))!;
    }

    public Task EndPictureAsync(SeckillDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsRowRejected(DbException e) => e is SqliteException { SqliteErrorCode: Constraint or Mismatch or TooBig };
}
