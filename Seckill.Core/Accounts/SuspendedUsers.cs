using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Accounts;

/// <summary>Who may not grab, as of the last refresh: asked by every grab, so it is kept in memory.</summary>
internal sealed class SuspendedUsers(IDbContextFactory<SeckillDbContext> contexts)
{
    private volatile FrozenSet<long> _users = [];

    public bool Contains(long userId) => _users.Contains(userId);

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // Written by hand for its condition: Sqlite uses the index of the suspended only when it is spelt as there.
        var suspended = await db.Database.SqlQuery<long>($"SELECT UserId AS Value FROM Users WHERE Suspended = 1").ToListAsync(cancellationToken);
        if (!_users.SetEquals(suspended))
        {
            _users = suspended.ToFrozenSet();
        }
    }
}
