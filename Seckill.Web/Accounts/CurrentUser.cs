using System.Globalization;
using System.Security.Claims;
using Seckill.Core.Accounts;

namespace Seckill.Web.Accounts;

/// <summary>What a principal says about who is calling. Roles are the claims <c>shopper</c>, <c>seller</c> and <c>admin</c>.</summary>
internal static class CurrentUser
{
    /// <summary>The signed-in user, or null.</summary>
    public static long? UserIdOf(ClaimsPrincipal principal) => principal switch
    {
        CallerPrincipal caller => caller.UserId,
        { Identity.IsAuthenticated: true } when IdOf(principal) is { } userId => userId,
        _ => null,
    };

    /// <summary>The caller of an endpoint that only who is signed in reaches.</summary>
    public static long UserId(this HttpContext context) =>
        UserIdOf(context.User) ?? throw new InvalidOperationException("This endpoint is open to callers who have not signed in.");

    public static string RoleName(UserRole role) => role switch
    {
        UserRole.Admin => "admin",
        UserRole.Seller => "seller",
        _ => "shopper",
    };

    public static ClaimsPrincipal PrincipalOf(long userId, string userName, UserRole role, string scheme) =>
        new(new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, userId.ToString(CultureInfo.InvariantCulture)),
                new(ClaimTypes.Name, userName),
                new(ClaimTypes.Role, RoleName(role)),
            ],
            scheme));

    private static long? IdOf(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirst(ClaimTypes.NameIdentifier)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var userId) ? userId : null;
}
