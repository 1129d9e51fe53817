using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seckill.Drills;

namespace Seckill.Load;

/// <summary>Somebody with a browser.</summary>
internal static partial class SiteVisitor
{
    private const string Password = "a-password-for-loads";

    /// <summary>Opens an account, signs in on the page, and says whose it is and the cookies that a browser would send.</summary>
    public static async Task<(long UserId, string Cookies)> SignInAsync(Uri address)
    {
        var cookies = new CookieContainer();
        using var handler = new SocketsHttpHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler) { BaseAddress = address };
        var fields = new Dictionary<string, string>
        {
            ["userName"] = $"visitor{Bench.TakeShoppers(1)}",
            ["password"] = Password,
            ["firstName"] = "Load",
            ["lastName"] = "Visitor",
        };
        long userId;
        using (var registered = await http.PostAsync(new Uri("/api/users/register", UriKind.Relative), JsonContent.Create(fields)))
        {
            var answer = await registered.Content.ReadFromJsonAsync<JsonElement>();
            userId = long.Parse(answer.GetProperty("data").GetProperty("userId").GetString()!, CultureInfo.InvariantCulture);
        }

        var page = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        foreach (Match field in HiddenField().Matches(page))
        {
            fields[field.Groups["name"].Value] = WebUtility.HtmlDecode(field.Groups["value"].Value);
        }

        foreach (Match field in VisibleField().Matches(page))
        {
            var name = field.Groups["name"].Value;
            fields[name] = name.Contains("password", StringComparison.OrdinalIgnoreCase) ? Password : fields["userName"];
        }

        using var signedIn = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent(fields));
        var header = cookies.GetCookieHeader(address);
        return header.Contains("Seckill=", StringComparison.Ordinal) ? (userId, header) : throw new DrillException("The visitor could not sign in.");
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<input[^>]* name=\"(?<name>[A-Za-z.]*(?:[Nn]ame|[Pp]assword))\"")]
    private static partial Regex VisibleField();
}
