using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Persistence;

namespace Seckill.Core.Accounts;

public sealed record UserView(long UserId, string UserName, string FirstName, string LastName, UserRole Role, bool Suspended, DateTime CreatedAt)
{
    internal static readonly Expression<Func<User, UserView>> Of = u =>
        new UserView(u.UserId, u.UserName, u.FirstName, u.LastName, u.Role, u.Suspended, u.CreatedAt);

    internal static readonly Func<User, UserView> From = Of.Compile();
}

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

public sealed partial class UserAccounts
{
    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly Passwords _passwords;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly Throttle<string> _signIns;
    private readonly Throttle<string> _registrations;
    private readonly ILogger<UserAccounts> _logger;

    internal UserAccounts(
        IDbContextFactory<SeckillDbContext> contexts,
        Passwords passwords,
        IdGenerator ids,
        StoreClock clock,
        IOptions<AccountsOptions> options,
        ILogger<UserAccounts> logger)
    {
        _contexts = contexts;
        _passwords = passwords;
        _ids = ids;
        _clock = clock;
        _signIns = new(clock.Time, options.Value.SignInTriesPerMinute, TimeSpan.FromMinutes(1));
        _registrations = new(clock.Time, options.Value.RegistrationsPerMinute, TimeSpan.FromMinutes(1));
        _logger = logger;
    }

    /// <param name="address">The caller's network address, for the throttle.</param>
    public async Task<RegisterResult> RegisterAsync(Registration registration, string address, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        Draft(rules, registration, UserRole.Shopper);
        if (rules.Broken)
        {
            return new(RegisterOutcome.Invalid, Errors: rules.Errors);
        }

        if (!_registrations.TryTake(address, out var retryAfter))
        {
            return new(RegisterOutcome.TooManyTries, RetryAfter: retryAfter);
        }

        return await OpenAsync(registration, UserRole.Shopper, cancellationToken);
    }

    /// <param name="address">The caller's network address, for the throttle.</param>
    public async Task<SignInResult> SignInAsync(string? userName, string? password, string address, CancellationToken cancellationToken)
    {
        if (!_signIns.TryTake(address, out var retryAfter))
        {
            return new(SignInOutcome.TooManyTries, RetryAfter: retryAfter);
        }

        var user = await FindByNameAsync(userName, cancellationToken);
        var verification = await _passwords.VerifyAsync(user?.PasswordHash, password ?? "", cancellationToken);
        if (user is null || verification is PasswordVerificationResult.Failed)
        {
            return new(SignInOutcome.Wrong);
        }

        if (user.Suspended)
        {
            return new(SignInOutcome.Suspended);
        }

        if (verification is PasswordVerificationResult.SuccessRehashNeeded)
        {
            await UpgradeAsync(user, password!, cancellationToken);
        }

        return new(SignInOutcome.SignedIn, UserView.From(user));
    }

    public async Task<UserView?> FindAsync(long userId, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.UserId == userId).Select(UserView.Of).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Opens an account of any role, for nobody's throttle.</summary>
    internal async Task<RegisterResult> OpenAsync(Registration registration, UserRole role, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var user = Draft(rules, registration, role);
        if (rules.Broken)
        {
            return new(RegisterOutcome.Invalid, Errors: rules.Errors);
        }

        if (await FindByNameAsync(user.UserName, cancellationToken) is not null)
        {
            return new(RegisterOutcome.NameTaken);
        }

        user.PasswordHash = await _passwords.HashAsync(registration.Password!, cancellationToken);
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        db.Users.Add(user);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            if (await FindByNameAsync(user.UserName, cancellationToken) is not null)
            {
                return new(RegisterOutcome.NameTaken);
            }

            throw;
        }

        LogRegistered(user.UserId, role);
        return new(RegisterOutcome.Registered, UserView.From(user));
    }

    private User Draft(FieldRules rules, Registration registration, UserRole role)
    {
        var userName = rules.UserName("userName", registration.UserName);
        rules.Password("password", registration.Password);
        var now = _clock.UtcNow;
        return new()
        {
            UserId = _ids.Next(),
            UserName = userName,
            NormalizedUserName = AccountRules.Normalize(userName),
            PasswordHash = "",
            FirstName = rules.Text("firstName", registration.FirstName, 1, AccountRules.MaxName),
            LastName = rules.Text("lastName", registration.LastName, 1, AccountRules.MaxName),
            Role = role,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private async Task<User?> FindByNameAsync(string? userName, CancellationToken cancellationToken)
    {
        var normalized = AccountRules.Normalize(userName ?? "");
        if (normalized.Length is < AccountRules.MinUserName or > AccountRules.MaxUserName)
        {
            return null;
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedUserName == normalized, cancellationToken);
    }

    // Only over the hash that was verified: whoever set another one meanwhile, set the newer.
    private async Task UpgradeAsync(User user, string password, CancellationToken cancellationToken)
    {
        var hash = await _passwords.HashAsync(password, cancellationToken);
        var now = _clock.UtcNow;
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        await db.Users
            .Where(u => u.UserId == user.UserId && u.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.UpdatedAt, now), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "User {UserId} registered as {Role}")]
    private partial void LogRegistered(long userId, UserRole role);
}
