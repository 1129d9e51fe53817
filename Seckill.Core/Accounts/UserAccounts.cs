namespace Seckill.Core.Accounts;

public sealed record UserView(long UserId, string UserName, string FirstName, string LastName, UserRole Role, bool Suspended, DateTime CreatedAt);

public sealed record Registration(string? UserName, string? Password, string? FirstName, string? LastName);

public enum RegisterOutcome
{
    Registered,
    Invalid,
    NameTaken,
    TooManyTries,
}

public sealed record RegisterResult(RegisterOutcome Outcome, UserView? User = null, IReadOnlyList<FieldError>? Errors = null, TimeSpan RetryAfter = default);

public enum SignInOutcome
{
    SignedIn,

    /// <summary>No such name, or not its password: which of the two is not told.</summary>
    Wrong,
    Suspended,
    TooManyTries,
}

public sealed record SignInResult(SignInOutcome Outcome, UserView? User = null, TimeSpan RetryAfter = default);

public sealed class UserAccounts
{
    /// <param name="address">The caller's network address, for the throttle.</param>
    public Task<RegisterResult> RegisterAsync(Registration registration, string address, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <param name="address">The caller's network address, for the throttle.</param>
    public Task<SignInResult> SignInAsync(string? userName, string? password, string address, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<UserView?> FindAsync(long userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
