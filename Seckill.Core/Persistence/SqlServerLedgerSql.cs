using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Seckill.Core.Persistence;

internal sealed class SqlServerLedgerSql : ILedgerSql
{
    private const string InsertRecords =
        """
        INSERT INTO SeckillRecords
            (SeckillId, SaleId, OrderId, UserId, ProductId, Quantity, Status, IdempotencyKey, LimitKind, LimitSize, Reason, GrabbedAt, CreatedAt, UpdatedAt)
        SELECT SeckillId, SaleId, OrderId, UserId, ProductId, Quantity, Status, IdempotencyKey, LimitKind, LimitSize, Reason, GrabbedAt, CreatedAt, UpdatedAt
        FROM OPENJSON({0}) WITH
            (SeckillId bigint, SaleId bigint, OrderId bigint, UserId bigint, ProductId bigint, Quantity int, Status nvarchar(16), IdempotencyKey nvarchar(64),
             LimitKind nvarchar(16), LimitSize int, Reason nvarchar(16), GrabbedAt bigint, CreatedAt bigint, UpdatedAt bigint)
        """;

    private const string InsertOrders =
        """
        INSERT INTO Orders
            (OrderId, SaleId, SeckillId, ProductId, BuyerId, SellerId, Quantity, UnitPriceCents, Status, CreatedAt, UpdatedAt, PayBeforeAt)
        SELECT OrderId, SaleId, SeckillId, ProductId, BuyerId, SellerId, Quantity, UnitPriceCents, Status, CreatedAt, UpdatedAt, PayBeforeAt
        FROM OPENJSON({0}) WITH
            (OrderId bigint, SaleId bigint, SeckillId bigint, ProductId bigint, BuyerId bigint, SellerId bigint, Quantity int, UnitPriceCents bigint,
             Status nvarchar(16), CreatedAt bigint, UpdatedAt bigint, PayBeforeAt bigint)
        """;

    public string LockSale =>
        """
        SELECT ProductId, SellerId, PriceCents, PaymentWindow, Generation FROM FlashSales WITH (UPDLOCK, HOLDLOCK) WHERE SaleId = {0}
        """;

    public string FindRecords =>
        """
        SELECT SeckillId, SaleId, UserId, Quantity, Reason FROM SeckillRecords
        WHERE SeckillId IN (SELECT CAST(value AS bigint) FROM OPENJSON({0}))
        """;

    public string SumHeld =>
        """
        SELECT UserId, SUM(Quantity) AS Quantity FROM SeckillRecords
        WHERE SaleId = {0} AND Status IN ('PendingPayment', 'Paid') AND UserId IN (SELECT CAST(value AS bigint) FROM OPENJSON({1}))
        GROUP BY UserId
        """;

    public string TimeOutOverdue =>
        """
        WITH due AS
            (SELECT TOP ({1}) SeckillId, Status, ClosedAt, UpdatedAt FROM Orders WITH (UPDLOCK, READPAST)
             WHERE Status = 'PendingPayment' AND PayBeforeAt <= {0} ORDER BY PayBeforeAt)
        UPDATE due SET Status = 'TimedOut', ClosedAt = {0}, UpdatedAt = {0}
        OUTPUT inserted.SeckillId
        """;

    public string CloseRecords =>
        """
        UPDATE SeckillRecords SET Status = {1}, UpdatedAt = {2}
        OUTPUT inserted.SeckillId, inserted.SaleId, inserted.ProductId, inserted.UserId, inserted.Quantity, inserted.LimitKind
        WHERE Status = 'PendingPayment' AND SeckillId IN (SELECT CAST(value AS bigint) FROM OPENJSON({0}))
        """;

    public string MarkReleased =>
        """
        UPDATE Orders SET ReleasedAt = {1}
        WHERE ReleasedAt IS NULL AND ClosedAt IS NOT NULL AND OrderId IN (SELECT CAST(value AS bigint) FROM OPENJSON({0}))
        """;

    public bool OneWriterAtATime => false;

    public IEnumerable<string> All => [LockSale, FindRecords, SumHeld, ((ILedgerSql)this).TakeStock, InsertRecords, InsertOrders, TimeOutOverdue, CloseRecords, MarkReleased];

    public async Task InsertAsync(SeckillDbContext db, IReadOnlyList<RecordInsert> records, IReadOnlyList<OrderInsert> orders, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlRawAsync(InsertRecords, [Ledger.Json(records)], cancellationToken);
        if (orders.Count > 0)
        {
            await db.Database.ExecuteSqlRawAsync(InsertOrders, [Ledger.Json(orders)], cancellationToken);
        }
    }

    public bool IsDeadlock(DbException e) => e is SqlException { Number: 1205 };

    public Task<IDbContextTransaction> BeginPictureAsync(SeckillDbContext db, CancellationToken cancellationToken) =>
        db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);

    public async Task EndPictureAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        // The level stays with a pooled connection until another transaction sets it.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Nulls, checks, keys, truncation, overflow and conversion: the row's fault. Everything else may pass.
    public bool IsRowRejected(DbException e) => e is SqlException { Number: 515 or 547 or 2601 or 2627 or 2628 or 8152 or 220 or 8115 or 245 or 50000 };
}
