using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Seckill.Core.Persistence;

/// <summary>
/// What Sqlite forgets with every connection: commits reach the disk, and a writer waits for its turn inside Sqlite, which looks
/// again after a millisecond, where the driver would sleep for 150.
/// </summary>
internal sealed class SqliteConnectionSetup : DbConnectionInterceptor
{
    private const string Setup = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Setup;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // Sqlite's driver has no asynchronous calls of its own.
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
