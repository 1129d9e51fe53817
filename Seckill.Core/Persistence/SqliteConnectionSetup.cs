using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Seckill.Core.Persistence;

/// <summary>
/// Sqlite's connections: commits reach the disk, and a writer waits for its turn inside Sqlite, which looks again after a millisecond,
/// where the driver would sleep for 150.
/// </summary>
internal sealed class SqliteConnectionSetup : DbConnectionInterceptor
{
    private const string Setup = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;";

    // Handles that have been set up: the driver hands them out again and again.
    private readonly ConditionalWeakTable<object, object?> _done = [];

    // Not EF's own, which brings functions for decimals and regular expressions in SQL: added at every opening, taken away at every closing
    // under the lock of the driver's pool, and never called here.
    public override InterceptionResult<DbConnection> ConnectionCreating(ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
        InterceptionResult<DbConnection>.SuppressWithResult(new SqliteConnection(eventData.ConnectionString));

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        if (_done.TryGetValue(handle, out _))
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = Setup;
        command.ExecuteNonQuery();
        _done.TryAdd(handle, null);
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // Sqlite's driver has no asynchronous calls of its own.
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
