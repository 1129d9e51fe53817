using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Tests.Shared;

/// <summary>A disk that has no room for what Sqlite wants to commit, from when the test says so.</summary>
internal sealed class FullDisk : DbTransactionInterceptor
{
    private const int SqliteFull = 13;

    private int _room = int.MaxValue;

    /// <summary>How many more commits there is room for.</summary>
    public int Room
    {
        get => _room;
        set => _room = value;
    }

    public void Under(IServiceCollection services) => services.AddSingleton<IInterceptor>(this);

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        Interlocked.Decrement(ref _room) < 0 ? throw new SqliteException("database or disk is full", SqliteFull) : new(result);
}
