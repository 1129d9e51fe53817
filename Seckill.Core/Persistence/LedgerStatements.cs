using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Seckill.Core.Persistence;

/// <summary>
/// The order writer's statements, in the transaction that is open, without what EF does around each of them: for some tens of orders at a
/// time that costs as much as the orders. <c>{0}</c>, <c>{1}</c> … are parameters.
/// </summary>
internal static class LedgerStatements
{
    public static async Task<List<T>> QueryAsync<T>(
        this SeckillDbContext db, string statement, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = Command(db, statement, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>How many rows it changed.</summary>
    public static async Task<int> ExecuteAsync(this SeckillDbContext db, string statement, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = Command(db, statement, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Command(SeckillDbContext db, string statement, object[] values)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        var names = new object[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            names[i] = parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{i}");
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }

        command.CommandText = string.Format(CultureInfo.InvariantCulture, statement, names);
        return command;
    }
}
