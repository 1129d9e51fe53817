using System.Globalization;
using System.Security.Claims;
using System.Security.Principal;
using Seckill.Core.Accounts;

namespace Seckill.Web.Accounts;

/// <summary>
/// A calling program's user, by token or by the gateway's word. Tens of thousands of these are made in a second, so claims exist only
/// when somebody asks for them. What the user may do beyond shopping is looked up where it matters, never carried.
/// </summary>
internal sealed class CallerPrincipal(long userId, string scheme) : ClaimsPrincipal
{
    private ClaimsIdentity? _identity;

    public long UserId => userId;

    public override IIdentity Identity => Described;

    public override IEnumerable<ClaimsIdentity> Identities => [Described];

    public override IEnumerable<Claim> Claims => Described.Claims;

    private ClaimsIdentity Described => _identity ??= Describe();

    public override Claim? FindFirst(string type) => Described.FindFirst(type);

    public override bool IsInRole(string role) => Described.HasClaim(ClaimTypes.Role, role);

    private ClaimsIdentity Describe()
    {
        var id = userId.ToString(CultureInfo.InvariantCulture);
        return new(
            [new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, id), new(ClaimTypes.Role, CurrentUser.RoleName(UserRole.Shopper))],
            scheme);
    }
}
