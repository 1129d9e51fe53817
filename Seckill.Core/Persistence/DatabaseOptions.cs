namespace Seckill.Core.Persistence;

internal enum DatabaseProvider
{
    /// <summary>A name nobody knows: stops the start.</summary>
    Unknown,
    Sqlite,
    SqlServer,
}

internal sealed class DatabaseOptions
{
    public const string Section = "Database";

    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary><c>ConnectionStrings:Database</c>. Empty: a Sqlite file in the data directory.</summary>
    public string? ConnectionString { get; set; }
}
