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
public sealed class UserAdministration
{
    /// <param name="query">Part of a user name; null or empty: all.</param>
    public Task<Page<UserRow>> ListAsync(int offset, int limit, string? query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sets role and suspension; null leaves one as it is. Making somebody a seller approves their application; making them a shopper refuses it.</summary>
    public Task<(ChangeRoleOutcome Outcome, UserRow? User)> ChangeAsync(long userId, UserRole? role, bool? suspended, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes over accounts of another system with their hashes (Identity's format, or MD5 as 32 hex digits). All or none.</summary>
    public Task<ImportResult> ImportAsync(IReadOnlyList<ImportedUser> users, CancellationToken cancellationToken) => throw new NotImplementedException();
}
