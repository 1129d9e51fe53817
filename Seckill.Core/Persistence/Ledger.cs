using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Seckill.Core.Persistence;

/// <summary>
/// Every change that moves units or money: one transaction each. Where the database has one writer at a time, those of this
/// process wait in line instead of polling for its lock.
/// </summary>
internal sealed class Ledger(IDbContextFactory<SeckillDbContext> contexts, ILedgerSql sql) : IDisposable
{
    private const int Tries = 5;

    private readonly SemaphoreSlim _line = new(1);

    public ILedgerSql Sql => sql;

    /// <summary>Runs the work in a transaction and commits it; an exception rolls it back. A deadlock's victim is run again.</summary>
    public async Task<T> WriteAsync<T>(Func<SeckillDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        if (sql.OneWriterAtATime)
        {
            await _line.WaitAsync(cancellationToken);
        }

        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                    await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                    var result = await work(db);

                    // The outcome of a commit that was interrupted is not known: it is never interrupted.
                    await transaction.CommitAsync(CancellationToken.None);
                    return result;
                }
                catch (Exception e) when (attempt < Tries && (e as DbException ?? e.InnerException as DbException) is { } cause && sql.IsDeadlock(cause))
                {
                    // Rolled back as a whole by the server: as if it had not been tried.
                }
            }
        }
        finally
        {
            if (sql.OneWriterAtATime)
            {
                _line.Release();
            }
        }
    }

    /// <summary>Reads one consistent picture; writers go on meanwhile where the database can do that.</summary>
    public async Task<T> ReadAsync<T>(Func<SeckillDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using (var picture = await sql.BeginPictureAsync(db, cancellationToken))
        {
            var result = await read(db);
            await picture.CommitAsync(cancellationToken);
            await sql.EndPictureAsync(db, cancellationToken);
            return result;
        }
    }

    /// <summary>A set of ids or rows as one parameter.</summary>
    public static string Json<T>(IEnumerable<T> items) => JsonSerializer.Serialize(items);

    public void Dispose() => _line.Dispose();
}
