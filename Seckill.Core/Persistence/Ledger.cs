using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Seckill.Core.Persistence;

/// <summary>
/// Every change that moves units or money: one transaction each. Where the database has one writer at a time, those of this
/// process wait in line instead of polling for its lock.
/// </summary>
internal sealed class Ledger(IDbContextFactory<SeckillDbContext> contexts, ILedgerSql sql) : IDisposable
{
    private readonly SemaphoreSlim _line = new(1);

    public ILedgerSql Sql => sql;

    /// <summary>Runs the work in a transaction and commits it; an exception rolls it back.</summary>
    public async Task<T> WriteAsync<T>(Func<SeckillDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        if (sql.OneWriterAtATime)
        {
            await _line.WaitAsync(cancellationToken);
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await work(db);

            // The outcome of a commit that was interrupted is not known: it is never interrupted.
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            if (sql.OneWriterAtATime)
            {
                _line.Release();
            }
        }
    }

    /// <summary>A set of ids or rows as one parameter.</summary>
    public static string Json<T>(IEnumerable<T> items) => JsonSerializer.Serialize(items);

    public void Dispose() => _line.Dispose();
}
