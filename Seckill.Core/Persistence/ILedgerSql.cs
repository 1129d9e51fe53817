using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Seckill.Core.Persistence;

/// <summary>
/// The statements that batches need and EF cannot say, one class per provider. Sets of rows and ids travel as one JSON parameter.
/// <c>{0}</c>, <c>{1}</c> … are parameters.
/// </summary>
internal interface ILedgerSql
{
    /// <summary>
    /// The sale's row, held against change until the transaction ends. <c>{0}</c> sale id.
    /// → ProductId, SellerId, PriceCents, PaymentWindow, Generation
    /// </summary>
    string LockSale { get; }

    /// <summary><c>{0}</c> seckill ids. → SeckillId, SaleId, UserId, Quantity, Reason</summary>
    string FindRecords { get; }

    /// <summary>Open and paid units by user. <c>{0}</c> sale id, <c>{1}</c> user ids. → UserId, Quantity</summary>
    string SumHeld { get; }

    /// <summary>Takes units from a sale's stock, if there are so many. <c>{0}</c> sale id, <c>{1}</c> units.</summary>
    string TakeStock => "UPDATE Stocks SET SeckillStock = SeckillStock - {1} WHERE SaleId = {0} AND SeckillStock >= {1}";

    /// <summary>Times out overdue orders, oldest first. <c>{0}</c> now, <c>{1}</c> at most so many. → SeckillId</summary>
    string TimeOutOverdue { get; }

    /// <summary>
    /// Closes the records of orders that were just closed. <c>{0}</c> seckill ids, <c>{1}</c> status, <c>{2}</c> now.
    /// → SeckillId, SaleId, ProductId, UserId, Quantity, LimitKind
    /// </summary>
    string CloseRecords { get; }

    /// <summary>Marks orders whose units are back. <c>{0}</c> order ids, <c>{1}</c> now.</summary>
    string MarkReleased { get; }

    /// <summary>Inserts records and orders in the transaction that is open: nearly all that the ledger is asked to write in a sale's first seconds.</summary>
    Task InsertAsync(SeckillDbContext db, IReadOnlyList<RecordInsert> records, IReadOnlyList<OrderInsert> orders, CancellationToken cancellationToken);

    /// <summary>Whether one process writes at a time anyway, so that waiting in line beats trying.</summary>
    bool OneWriterAtATime { get; }

    /// <summary>Whether the database rejected a row, as against being away, locked or full.</summary>
    bool IsRowRejected(DbException e);

    /// <summary>Whether the database rolled this transaction back to let another go on.</summary>
    bool IsDeadlock(DbException e);

    /// <summary>A transaction that reads one consistent picture.</summary>
    Task<IDbContextTransaction> BeginPictureAsync(SeckillDbContext db, CancellationToken cancellationToken);

    /// <summary>After the picture: leaves the connection as it was.</summary>
    Task EndPictureAsync(SeckillDbContext db, CancellationToken cancellationToken);

    /// <summary>Every statement, for checks without a server.</summary>
    IEnumerable<string> All => [LockSale, FindRecords, SumHeld, TakeStock, TimeOutOverdue, CloseRecords, MarkReleased];
}

/// <summary>A row of SeckillRecords: enums by name, times in milliseconds since 1970 UTC.</summary>
internal sealed record RecordInsert(
    long SeckillId, long SaleId, long? OrderId, long UserId, long ProductId, int Quantity, string Status, string? IdempotencyKey, string LimitKind, int LimitSize,
    string? Reason, long GrabbedAt, long CreatedAt, long UpdatedAt);

/// <summary>A row of Orders, likewise.</summary>
internal sealed record OrderInsert(
    long OrderId, long SaleId, long SeckillId, long ProductId, long BuyerId, long SellerId, int Quantity, long UnitPriceCents, string Status, long CreatedAt,
    long UpdatedAt, long PayBeforeAt);
