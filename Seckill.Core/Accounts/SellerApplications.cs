namespace Seckill.Core.Accounts;

public sealed record ApplicationView(ApplicationStatus Status, string Message, DateTime UpdatedAt);

public enum ApplyOutcome
{
    /// <summary>Waiting for an admin, now or since an earlier application.</summary>
    Pending,

    /// <summary>The user sells already.</summary>
    AlreadySeller,
    Invalid,
}

public sealed record ApplyResult(ApplyOutcome Outcome, ApplicationView? Application = null, IReadOnlyList<FieldError>? Errors = null);

public sealed class SellerApplications
{
    public Task<ApplyResult> ApplyAsync(long userId, string? message, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ApplicationView?> FindAsync(long userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
