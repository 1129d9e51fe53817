using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Persistence;

namespace Seckill.Tests.Recovery;

/// <summary>A moment at which somebody stands still until they are woken.</summary>
internal sealed class Freeze
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Wake() => _woken.TrySetResult();

    public Task HoldAsync()
    {
        _reached.TrySetResult();
        return _woken.Task;
    }
}

/// <summary>The database's SQL; whoever has a <see cref="Freeze"/> stands still when they have taken their picture of the ledger.</summary>
internal sealed class FreezingSql(ILedgerSql sql) : ILedgerSql
{
    /// <summary>Of what is awaited from here on.</summary>
    public static AsyncLocal<Freeze?> AfterPicture { get; } = new();

    public string LockSale => sql.LockSale;
    public string FindRecords => sql.FindRecords;
    public string SumHeld => sql.SumHeld;
    public string TimeOutOverdue => sql.TimeOutOverdue;
    public string CloseRecords => sql.CloseRecords;
    public string MarkReleased => sql.MarkReleased;
    public bool OneWriterAtATime => sql.OneWriterAtATime;

    public static void Install(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(ILedgerSql)).ImplementationFactory!;
        services.AddSingleton<ILedgerSql>(provider => new FreezingSql((ILedgerSql)real(provider)));
    }

    public Task InsertAsync(SeckillDbContext db, IReadOnlyList<RecordInsert> records, IReadOnlyList<OrderInsert> orders, CancellationToken cancellationToken) =>
        sql.InsertAsync(db, records, orders, cancellationToken);

    public bool IsRowRejected(DbException e) => sql.IsRowRejected(e);

    public bool IsDeadlock(DbException e) => sql.IsDeadlock(e);

    public Task<IDbContextTransaction> BeginPictureAsync(SeckillDbContext db, CancellationToken cancellationToken) => sql.BeginPictureAsync(db, cancellationToken);

    public async Task EndPictureAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        await sql.EndPictureAsync(db, cancellationToken);
        if (AfterPicture.Value is { } freeze)
        {
            await freeze.HoldAsync();
        }
    }
}
