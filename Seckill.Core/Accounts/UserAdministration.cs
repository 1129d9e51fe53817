using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Persistence;

namespace Seckill.Core.Accounts;

/// <param name="Application">The user's last application to sell, if any.</param>
public sealed record UserRow(UserView User, ApplicationView? Application);

public enum ChangeRoleOutcome
{
    Changed,
    NotFound,

    /// <summary>The last admin who may sign in stays one.</summary>
    LastAdmin,
}

public sealed record ImportedUser(string? UserName, string? PasswordHash, string? FirstName, string? LastName, UserRole Role);

/// <param name="Errors">Nothing is imported when there is one; the field is <c>users[3].userName</c>.</param>
public sealed record ImportResult(IReadOnlyList<long> UserIds, IReadOnlyList<FieldError> Errors);

/// <summary>For admins.</summary>
public sealed partial class UserAdministration(IDbContextFactory<SeckillDbContext> contexts, IdGenerator ids, StoreClock clock, ILogger<UserAdministration> logger)
{
    /// <summary>Accounts that one import may bring.</summary>
    public const int MaxImport = 10_000;

    /// <summary>Users, newest first.</summary>
    /// <param name="query">Part of a user name; null or empty: all.</param>
    public async Task<Page<UserRow>> ListAsync(int offset, int limit, string? query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db, db.Users, offset, limit, query, cancellationToken);
    }

    /// <summary>Those of them whose application to sell waits for a decision.</summary>
    public async Task<Page<UserRow>> ListApplicantsAsync(int offset, int limit, string? query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var applicants = db.Users.Where(u => db.SellerApplications.Any(a => a.UserId == u.UserId && a.Status == ApplicationStatus.Pending));
        return await PageAsync(db, applicants, offset, limit, query, cancellationToken);
    }

    private static async Task<Page<UserRow>> PageAsync(
        SeckillDbContext db, IQueryable<User> users, int offset, int limit, string? query, CancellationToken cancellationToken)
    {
        var part = AccountRules.Normalize(query ?? "");
        users = part.Length == 0 ? users : users.Where(u => u.NormalizedUserName.Contains(part));
        var total = await users.CountAsync(cancellationToken);
        var page = await users.OrderByDescending(u => u.Id).Skip(offset).Take(limit).Select(UserView.Of).ToListAsync(cancellationToken);
        return new(await RowsAsync(db, page, cancellationToken), total);
    }

    /// <summary>Sets role and suspension; null leaves one as it is. Making somebody a seller approves their application; making them a shopper refuses it.</summary>
    public async Task<(ChangeRoleOutcome Outcome, UserRow? User)> ChangeAsync(long userId, UserRole? role, bool? suspended, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // The house's row is the lock: of two admins who suspend each other in the same moment, the second sees what the first did.
        await db.House.ExecuteUpdateAsync(set => set.SetProperty(h => h.Starts, h => h.Starts), cancellationToken);

        var before = await db.Users.Where(u => u.UserId == userId).Select(UserView.Of).SingleOrDefaultAsync(cancellationToken);
        if (before is null)
        {
            return (ChangeRoleOutcome.NotFound, null);
        }

        var after = before with { Role = role ?? before.Role, Suspended = suspended ?? before.Suspended };
        if (IsActiveAdmin(before) && !IsActiveAdmin(after)
            && !await db.Users.AnyAsync(u => u.UserId != userId && u.Role == UserRole.Admin && !u.Suspended, cancellationToken))
        {
            return (ChangeRoleOutcome.LastAdmin, await RowAsync(db, before, cancellationToken));
        }

        var now = clock.UtcNow;
        await db.Users
            .Where(u => u.UserId == userId)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(u => u.Role, after.Role)
                    .SetProperty(u => u.Suspended, after.Suspended)
                    .SetProperty(u => u.UpdatedAt, now),
                cancellationToken);
        if (role is not null)
        {
            await DecideApplicationAsync(db, userId, role is UserRole.Shopper ? ApplicationStatus.Refused : ApplicationStatus.Approved, now, cancellationToken);
        }

        var row = await RowAsync(db, after, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogChanged(userId, after.Role, after.Suspended);
        return (ChangeRoleOutcome.Changed, row);
    }

    /// <summary>Takes over accounts of another system with their hashes (Identity's format, or MD5 as 32 hex digits). All or none.</summary>
    public async Task<ImportResult> ImportAsync(IReadOnlyList<ImportedUser> users, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        if (users.Count > MaxImport)
        {
            rules.Add("users", "tooLong", MaxImport);
            return new([], rules.Errors);
        }

        var accounts = users.Select((user, i) => Draft(rules, $"users[{i}]", user)).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RefuseTakenNamesAsync(db, rules, accounts, cancellationToken);
        if (rules.Broken)
        {
            return new([], rules.Errors);
        }

        db.Users.AddRange(accounts);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Somebody registered one of the names meanwhile.
            await RefuseTakenNamesAsync(db, rules, accounts, cancellationToken);
            if (rules.Broken)
            {
                return new([], rules.Errors);
            }

            throw;
        }

        LogImported(accounts.Count);
        return new([.. accounts.Select(u => u.UserId)], []);
    }

    private User Draft(FieldRules rules, string path, ImportedUser imported)
    {
        var userName = rules.UserName($"{path}.userName", imported.UserName);
        var hash = rules.Text($"{path}.passwordHash", imported.PasswordHash, 1, AccountRules.MaxPasswordHash);
        if (hash.Length is > 0 and <= AccountRules.MaxPasswordHash && !Passwords.CanVerify(hash))
        {
            rules.Add($"{path}.passwordHash", "format");
        }

        if (!Enum.IsDefined(imported.Role))
        {
            rules.Add($"{path}.role", "format");
        }

        var now = clock.UtcNow;
        return new()
        {
            UserId = ids.Next(),
            UserName = userName,
            NormalizedUserName = AccountRules.Normalize(userName),
            PasswordHash = hash,
            FirstName = rules.Text($"{path}.firstName", imported.FirstName, 1, AccountRules.MaxName),
            LastName = rules.Text($"{path}.lastName", imported.LastName, 1, AccountRules.MaxName),
            Role = imported.Role,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    // Names of existing accounts, and names that come twice.
    private static async Task RefuseTakenNamesAsync(SeckillDbContext db, FieldRules rules, List<User> accounts, CancellationToken cancellationToken)
    {
        var taken = new HashSet<string>();
        foreach (var some in accounts.Select(u => u.NormalizedUserName).Chunk(500))
        {
            taken.UnionWith(await db.Users.Where(u => some.Contains(u.NormalizedUserName)).Select(u => u.NormalizedUserName).ToListAsync(cancellationToken));
        }

        foreach (var (i, account) in accounts.Index())
        {
            if (account.NormalizedUserName.Length > 0 && !taken.Add(account.NormalizedUserName))
            {
                rules.Add($"users[{i}].userName", "taken");
            }
        }
    }

    private static bool IsActiveAdmin(UserView user) => user is { Role: UserRole.Admin, Suspended: false };

    // The last one decides; older ones were decided before it.
    private static async Task DecideApplicationAsync(SeckillDbContext db, long userId, ApplicationStatus status, DateTime now, CancellationToken cancellationToken)
    {
        var last = await db.SellerApplications.Where(a => a.UserId == userId).MaxAsync(a => (long?)a.Id, cancellationToken);
        await db.SellerApplications
            .Where(a => a.Id == last && a.Status != status)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Status, status).SetProperty(a => a.UpdatedAt, now), cancellationToken);
    }

    private static async Task<UserRow> RowAsync(SeckillDbContext db, UserView user, CancellationToken cancellationToken) =>
        (await RowsAsync(db, [user], cancellationToken))[0];

    private static async Task<IReadOnlyList<UserRow>> RowsAsync(SeckillDbContext db, List<UserView> users, CancellationToken cancellationToken)
    {
        var userIds = users.Select(u => u.UserId).ToList();
        var applications = await db.SellerApplications
            .Where(a => userIds.Contains(a.UserId))
            .Where(a => !db.SellerApplications.Any(later => later.UserId == a.UserId && later.Id > a.Id))
            .ToDictionaryAsync(a => a.UserId, a => new ApplicationView(a.Status, a.Message, a.UpdatedAt), cancellationToken);
        return [.. users.Select(u => new UserRow(u, applications.GetValueOrDefault(u.UserId)))];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "User {UserId} is now {Role}, suspended: {Suspended}")]
    private partial void LogChanged(long userId, UserRole role, bool suspended);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} accounts imported")]
    private partial void LogImported(int count);
}
