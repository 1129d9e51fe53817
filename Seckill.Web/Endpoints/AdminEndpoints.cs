using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class AdminEndpoints
{
    private const int LargestImport = 8 * 1024 * 1024;

    public static RouteGroupBuilder MapAdmin(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin").WithTags("Admin").RequireAdmin();

        group.MapGet("/users", ListAsync).WithName("ListUsers")
            .WithSummary("Users, newest first, with their last application to sell");
        group.MapPut("/users/{userId:long}/role", ChangeAsync).WithName("ChangeUser")
            .WithSummary("Sets a user's role, suspension or both")
            .WithDescription("What is left out stays. Making somebody a seller approves their application, making them a shopper refuses it. The last admin stays one (40907).")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged);
        group.MapPost("/users/import", ImportAsync).WithName("ImportUsers").WithMetadata(new RequestSizeLimitAttribute(LargestImport))
            .WithSummary("Takes over accounts of an older system, all or none")
            .WithDescription("With their password hashes: ASP.NET Core Identity's format, or MD5 as 32 hex digits until the next sign-in.");
        group.MapGet("/refused-tickets", ListRefusedAsync).WithName("ListRefusedTickets")
            .WithSummary("Tickets that took units and did not become orders, the last first");
        group.MapPost("/refused-tickets/{seckillId:long}/grab", GrabAgainAsync).WithName("GrabRefusedTicketAgain")
            .WithSummary("Grabs the units of a refused ticket again for its shopper, under a new seckill id")
            .WithDescription("By the rules that hold for everybody; repeating it takes nothing more. 40902 also when the product is in another sale by now.")
            .Refuses(
                ApiCode.NotFound, ApiCode.NotStarted, ApiCode.Ended, ApiCode.SoldOutForNow, ApiCode.OverLimit, ApiCode.Paused, ApiCode.TooManyRequests,
                ApiCode.NotTaken, ApiCode.Unknown);

        return group;
    }

    private static async Task<Answer<Listing<UserRowBody>>> ListAsync(Paging paging, UserSearch search, UserAdministration administration, CancellationToken cancellationToken)
    {
        var page = search.Applicants
            ? await administration.ListApplicantsAsync(paging.Offset, paging.Limit, search.Query, cancellationToken)
            : await administration.ListAsync(paging.Offset, paging.Limit, search.Query, cancellationToken);
        return new Listing<UserRowBody>([.. page.Items.Select(UserRowBody.Of)], page.Total);
    }

    private static async Task<Answer<UserRowBody>> ChangeAsync(long userId, Body<ChangeUserRequest> body, UserAdministration administration, CancellationToken cancellationToken)
    {
        if (body.Value is { Role: null, Suspended: null })
        {
            return Refusal.Fields(new FieldError("role", "required"));
        }

        var (outcome, user) = await administration.ChangeAsync(userId, body.Value.Role, body.Value.Suspended, cancellationToken);
        return outcome switch
        {
            ChangeRoleOutcome.Changed => UserRowBody.Of(user!),
            ChangeRoleOutcome.LastAdmin => Refusal.LastAdmin,
            _ => Refusal.NotFound,
        };
    }

    private static async Task<Answer<ImportedBody>> ImportAsync(Body<List<ImportUserRequest>> body, UserAdministration administration, CancellationToken cancellationToken)
    {
        if (body.Value.FindIndex(u => u is null) is >= 0 and var missing)
        {
            return Refusal.Fields(new FieldError($"users[{missing}]", "required"));
        }

        var result = await administration.ImportAsync([.. body.Value.Select(u => new ImportedUser(u.UserName, u.PasswordHash, u.FirstName, u.LastName, u.Role))], cancellationToken);
        return result.Errors.Count > 0 ? Refusal.Fields(result.Errors) : new ImportedBody(result.UserIds);
    }

    private static async Task<Answer<Listing<RefusedTicketBody>>> ListRefusedAsync(Paging paging, RefusedTickets tickets, CancellationToken cancellationToken)
    {
        var page = await tickets.ListAsync(paging.Offset, paging.Limit, cancellationToken);
        return new Listing<RefusedTicketBody>([.. page.Items.Select(RefusedTicketBody.Of)], page.Total);
    }

    private static async Task<Answer<GrabbedBody>> GrabAgainAsync(long seckillId, RefusedTickets tickets, HttpContext context, CancellationToken cancellationToken) =>
        await tickets.GrabAgainAsync(context.UserId(), seckillId, cancellationToken) switch
        {
            null => Refusal.NotFound,
            { Outcome: GrabOutcome.Granted } granted => new GrabbedBody(granted.SeckillId),
            { } refused => GrabHandler.RefusalOf(refused),
        };
}

/// <param name="UserName">Null for a user of another system.</param>
/// <param name="GrabbedAt">When the units were taken.</param>
/// <param name="RefusedAt">When the ledger refused the ticket.</param>
/// <param name="GrabbedAgainAs">The seckill id of the other try that took the units; null: none has.</param>
internal sealed record RefusedTicketBody(
    long SeckillId, long SaleId, long ProductId, string ProductName, long UserId, string? UserName, int Quantity, RefusalReason Reason, DateTime GrabbedAt, DateTime RefusedAt, long? GrabbedAgainAs)
{
    public static RefusedTicketBody Of(RefusedTicket ticket) => new(
        ticket.SeckillId,
        ticket.SaleId,
        ticket.ProductId,
        ticket.ProductName,
        ticket.UserId,
        ticket.UserName,
        ticket.Quantity,
        ticket.Reason,
        ticket.GrabbedAt,
        ticket.RefusedAt,
        ticket.GrabbedAgainAs);
}

/// <summary>Which users are asked for.</summary>
internal sealed class UserSearch : IReadFromRequest, IEndpointParameterMetadataProvider
{
    public string? Query { get; private init; }

    public bool Applicants { get; private init; }

    public Refusal? Refusal { get; private init; }

    public static ValueTask<UserSearch> BindAsync(HttpContext context)
    {
        List<FieldError> errors = [];
        var applicants = context.Request.Query.Flag("applicants", errors);
        return ValueTask.FromResult(errors.Count > 0
            ? new UserSearch { Refusal = Refusal.Fields(errors) }
            : new UserSearch { Query = context.Request.Query["query"], Applicants = applicants ?? false });
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryMetadata("query", "Part of a user name."));
        builder.Metadata.Add(new QueryMetadata("applicants", "`true`: only those whose application to sell waits for a decision."));
    }
}

internal sealed record ChangeUserRequest(UserRole? Role = null, bool? Suspended = null);

/// <param name="Application">The last one, if any.</param>
internal sealed record UserRowBody(
    long UserId, string UserName, string FirstName, string LastName, UserRole Role, bool Suspended, DateTime CreatedAt, ApplicationBody? Application)
{
    public static UserRowBody Of(UserRow row) => new(
        row.User.UserId,
        row.User.UserName,
        row.User.FirstName,
        row.User.LastName,
        row.User.Role,
        row.User.Suspended,
        row.User.CreatedAt,
        row.Application is null ? null : ApplicationBody.Of(row.Application));
}

internal sealed record ImportUserRequest(string? UserName, string? PasswordHash, string? FirstName, string? LastName, UserRole Role = UserRole.Shopper);

/// <param name="UserIds">In the order of the request.</param>
internal sealed record ImportedBody(IReadOnlyList<long> UserIds);
