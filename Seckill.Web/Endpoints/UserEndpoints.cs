using Seckill.Core.Accounts;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class UserEndpoints
{
    public static RouteGroupBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users").WithTags("Users");

        group.MapPost("/register", RegisterAsync).WithName("Register")
            .WithSummary("Opens an account")
            .WithDescription("The new account is a shopper's. Sign in afterwards.")
            .Refuses(ApiCode.NameTaken, ApiCode.TooManyRequests);
        group.MapPost("/login", SignInAsync).WithName("SignIn")
            .WithSummary("Signs in a program")
            .WithDescription("The token goes into the header `Authorization: Bearer …` until it expires. It stands for the user, not for a role.")
            .Refuses(ApiCode.NotSignedIn, ApiCode.NotAllowed, ApiCode.TooManyRequests);
        group.MapGet("/me", MeAsync).WithName("Me").RequireShopper()
            .WithSummary("Who is calling");

        return group;
    }

    private static async Task<Answer<NewUser>> RegisterAsync(Body<RegisterRequest> body, UserAccounts accounts, HttpContext context, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var result = await accounts.RegisterAsync(new(request.UserName, request.Password, request.FirstName, request.LastName), AddressOf(context), cancellationToken);
        return result.Outcome switch
        {
            RegisterOutcome.Registered => new NewUser(result.User!.UserId),
            RegisterOutcome.NameTaken => Refusal.NameTaken,
            RegisterOutcome.TooManyTries => Refusal.TooManyRequests(result.RetryAfter),
            _ => Refusal.Fields(result.Errors ?? []),
        };
    }

    private static async Task<Answer<SignedIn>> SignInAsync(Body<SignInRequest> body, UserAccounts accounts, BearerTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        var request = body.Value;
        List<Core.FieldError> errors = [];
        if (string.IsNullOrEmpty(request.UserName))
        {
            errors.Add(new("userName", "required"));
        }

        if (string.IsNullOrEmpty(request.Password))
        {
            errors.Add(new("password", "required"));
        }

        if (errors.Count > 0)
        {
            return Refusal.Fields(errors);
        }

        var result = await accounts.SignInAsync(request.UserName, request.Password, AddressOf(context), cancellationToken);
        return result.Outcome switch
        {
            SignInOutcome.SignedIn => SignedIn.Of(result.User!, tokens),
            SignInOutcome.Suspended => Refusal.Suspended,
            SignInOutcome.TooManyTries => Refusal.TooManyRequests(result.RetryAfter),
            _ => Refusal.WrongPassword,
        };
    }

    private static async Task<Answer<UserBody>> MeAsync(UserAccounts accounts, HttpContext context, CancellationToken cancellationToken)
    {
        var userId = context.UserId();
        return await accounts.FindAsync(userId, cancellationToken) is { } user
            ? UserBody.Of(user)
            : UserBody.OfAnotherSystem(userId);
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}

internal sealed record RegisterRequest(string? UserName, string? Password, string? FirstName, string? LastName);

internal sealed record SignInRequest(string? UserName, string? Password);

internal sealed record NewUser(long UserId);

internal sealed record SignedIn(long UserId, UserRole Role, string Token, DateTime ExpiresAt)
{
    public static SignedIn Of(UserView user, BearerTokens tokens)
    {
        var (token, expiresAt) = tokens.Issue(user.UserId);
        return new(user.UserId, user.Role, token, expiresAt);
    }
}

internal sealed record UserBody(long UserId, string UserName, string FirstName, string LastName, UserRole Role)
{
    public static UserBody Of(UserView user) => new(user.UserId, user.UserName, user.FirstName, user.LastName, user.Role);

    /// <summary>A gateway's user who has no account here: somebody who shops.</summary>
    public static UserBody OfAnotherSystem(long userId) => new(userId, userId.ToString(System.Globalization.CultureInfo.InvariantCulture), "", "", UserRole.Shopper);
}
