using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace Seckill.Core.Persistence;

/// <summary>Tells a ledger that cannot be asked or written now (away, locked, its disk full) from a mistake in what it was asked.</summary>
public static class LedgerAway
{
    // https://sqlite.org/rescode.html: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    // Severity of errors in the server's resources (17) and of lost connections (20): https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-error-severities
    private const int Resources = 17;
    private const int TimedOut = -2;

    /// <summary>Whether it, or what it was caused by, says so.</summary>
    public static bool Is(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException { SqliteErrorCode: Busy or Locked or ReadOnly or IoError or Full or CannotOpen } or SqlException { Class: >= Resources } or SqlException { Number: TimedOut })
            {
                return true;
            }
        }

        return false;
    }
}
