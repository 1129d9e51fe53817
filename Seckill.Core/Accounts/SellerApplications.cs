using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

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

public sealed class SellerApplications(IDbContextFactory<SeckillDbContext> contexts, IdGenerator ids, StoreClock clock)
{
    public async Task<ApplyResult> ApplyAsync(long userId, string? message, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var text = rules.Text("message", message, 1, AccountRules.MaxMessage);
        if (rules.Broken)
        {
            return new(ApplyOutcome.Invalid, Errors: rules.Errors);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AnyAsync(u => u.UserId == userId && u.Role != UserRole.Shopper, cancellationToken))
        {
            return new(ApplyOutcome.AlreadySeller, await FindAsync(userId, cancellationToken));
        }

        if (await FindAsync(userId, cancellationToken) is { Status: ApplicationStatus.Pending } waiting)
        {
            return new(ApplyOutcome.Pending, waiting);
        }

        var now = clock.UtcNow;
        db.SellerApplications.Add(new()
        {
            ApplicationId = ids.Next(),
            UserId = userId,
            Message = text,
            Status = ApplicationStatus.Pending,
            CreatedAt = now,
            UpdatedAt = now,
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return new(ApplyOutcome.Pending, new(ApplicationStatus.Pending, text, now));
        }
        catch (DbUpdateException)
        {
            // Two clicks at once: one open application per user.
            if (await FindAsync(userId, cancellationToken) is { Status: ApplicationStatus.Pending } first)
            {
                return new(ApplyOutcome.Pending, first);
            }

            throw;
        }
    }

    /// <summary>The user's last application.</summary>
    public async Task<ApplicationView?> FindAsync(long userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SellerApplications
            .Where(a => a.UserId == userId)
            .OrderByDescending(a => a.Id)
            .Select(a => new ApplicationView(a.Status, a.Message, a.UpdatedAt))
            .FirstOrDefaultAsync(cancellationToken);
    }
}
