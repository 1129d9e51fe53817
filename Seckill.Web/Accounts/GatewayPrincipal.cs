using System.Globalization;
using System.Security.Claims;
using System.Security.Principal;

namespace Seckill.Web.Accounts;

/// <summary>
/// A user whom the gateway vouches for. Tens of thousands of these are made in a second, so claims exist only when somebody
/// asks the identity for them.
/// </summary>
internal sealed class GatewayPrincipal(long userId) : ClaimsPrincipal
{
    public const string Scheme = "Gateway";

    private ClaimsIdentity? _identity;

    public long UserId => userId;

    public override IIdentity Identity => _identity ??= Describe();

    public override IEnumerable<ClaimsIdentity> Identities => [(ClaimsIdentity)Identity];

    public override IEnumerable<Claim> Claims => ((ClaimsIdentity)Identity).Claims;

    public override Claim? FindFirst(string type) => ((ClaimsIdentity)Identity).FindFirst(type);

    public override bool IsInRole(string role) => role == CurrentUser.RoleName(Core.Accounts.UserRole.Shopper);

    private ClaimsIdentity Describe()
    {
        var id = userId.ToString(CultureInfo.InvariantCulture);
        return new(
            [new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, id), new(ClaimTypes.Role, CurrentUser.RoleName(Core.Accounts.UserRole.Shopper))],
            Scheme);
    }
}
