using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Seckill.Core.Persistence;

/// <summary>One prepared statement, executed for many rows in the transaction that is open on its connection.</summary>
internal sealed class SqliteRows : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteRows(SqliteConnection connection, string text)
    {
        _connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_connection, text, out _statement));
    }

    public void Bind(int parameter, long? value) =>
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter));

    public void Bind(int parameter, string? value) =>
        Check(value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_text(_statement, parameter, value));

    /// <summary>Executes it with what is bound.</summary>
    /// <exception cref="SqliteException">The row was rejected, or the database is locked or full.</exception>
    public void Execute()
    {
        var code = raw.sqlite3_step(_statement);

        // Before it is reset, which would lose the words.
        Check(code);
        Check(raw.sqlite3_reset(_statement));
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection);
}
