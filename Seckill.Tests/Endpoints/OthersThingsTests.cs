using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Seckill.Core.Accounts;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

/// <summary>
/// What is somebody else's is not there: every address of the program that has an id in it is tried with the ids of another seller's things. The
/// addresses are the program's own list, so one that is added is tried, too.
/// </summary>
public sealed class OthersThingsTests
{
    private const long Buyer = 901;

    [Fact]
    public async Task Api_EveryAddressWithAnId_KnowsOnlyTheCallersOwn()
    {
        var app = await SharedApp.StartedAsync();
        var (owner, other, admin) = (await app.SellerAsync(), await app.NewSellerAsync(), await app.AdminAsync());
        var things = await ThingsAsync(app);
        var before = await SeenByAsync(owner, things);
        var addresses = Addresses(app, "api/seller/").SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (Endpoint: e, Method: method))).ToList();
        Assert.True(addresses.Count >= 20, $"Only {addresses.Count} addresses were found.");

        foreach (var (endpoint, method) in addresses)
        {
            var path = Fill(endpoint, things);
            foreach (var stranger in (Caller[])[other, admin])
            {
                var reply = await SendAsync(stranger, method, path, endpoint);
                Assert.True(reply.Code == ApiCode.NotFound, $"{method} {path} answered {reply.Code}: {reply.Message}");
                Assert.Equal((await SendAsync(stranger, method, Fill(endpoint, Nothing), endpoint)).Message, reply.Message);
            }

            Assert.Equal(ApiCode.NotAllowed, (await SendAsync(app.Shopper(Buyer), method, path, endpoint)).Code);
            Assert.Equal(ApiCode.NotSignedIn, (await SendAsync(app.Anybody, method, path, endpoint)).Code);
        }

        Assert.Equal(before, await SeenByAsync(owner, things));
    }

    [Fact]
    public async Task Api_IdsOfAnotherSellerInBodiesAndFilters_FindNothing()
    {
        var app = await SharedApp.StartedAsync();
        var (other, things) = (await app.NewSellerAsync(), await ThingsAsync(app));

        var planned = await other.PostAsync("/api/seller/sales", Anything(things["productId"]));

        Assert.Equal(ApiCode.NotFound, planned.Code);
        foreach (var list in (string[])["products", "sales", "orders", $"orders?saleId={things["saleId"]}", $"orders?productId={things["productId"]}", $"orders?buyerId={Buyer}"])
        {
            Assert.Equal(0, (await other.GetAsync($"/api/seller/{list}")).Data.GetProperty("total").GetInt32());
        }

        using var http = new HttpClient { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Add("Cookie", await app.CookieOfAsync(other, UserRole.Seller));
        var lines = (await http.GetStringAsync($"/api/seller/orders/export?saleId={things["saleId"]}", SeckillApp.Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines);
    }

    [Fact]
    public async Task Pages_EveryAddressWithAnId_KnowOnlyTheVisitorsOwn()
    {
        var app = await SharedApp.StartedAsync();
        var (owner, other, admin) = (await app.SellerAsync(), await app.NewSellerAsync(), await app.AdminAsync());
        var things = await ThingsAsync(app);
        var paths = Addresses(app, "seller/").Select(e => Fill(e, things)).Distinct().Append($"/seller/sales/new?copy={things["saleId"]}").ToList();
        Assert.True(paths.Count >= 5, $"Only {paths.Count} pages were found.");

        foreach (var path in paths)
        {
            Assert.Equal((path, HttpStatusCode.OK), (path, await StatusAsync(owner, UserRole.Seller, path)));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(other, UserRole.Seller, path)));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(admin, UserRole.Admin, path)));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(await app.RegisterAsync(), UserRole.Shopper, path)));
        }

        async Task<HttpStatusCode> StatusAsync(Caller visitor, UserRole role, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Cookie", await app.CookieOfAsync(visitor, role));
            using var http = new HttpClient { BaseAddress = app.Address };
            using var response = await http.SendAsync(request, SeckillApp.Token);
            return response.StatusCode;
        }
    }

    private static readonly Dictionary<string, string> Nothing = new() { ["productId"] = "1", ["saleId"] = "2", ["orderId"] = "3", ["userId"] = "4" };

    // A seller's product, its sale, an order of it, and the buyer, who has a quota.
    private static async Task<Dictionary<string, string>> ThingsAsync(SeckillApp app)
    {
        var sale = await app.OpenSaleAsync(units: 5, opensIn: TimeSpan.FromHours(1));
        await (await app.SellerAsync()).PutAsync($"/api/seller/products/{sale.ProductId}/vip-limits/{Buyer}", new { remaining = 3 });
        var open = await app.OpenSaleAsync(units: 5);
        var order = await app.OrderOfAsync(await app.GrabAsync(open, shopper: Buyer), shopper: Buyer);
        return new()
        {
            ["productId"] = sale.ProductId.ToString(CultureInfo.InvariantCulture),
            ["saleId"] = sale.SaleId.ToString(CultureInfo.InvariantCulture),
            ["orderId"] = order.GetProperty("orderId").GetString()!,
            ["userId"] = Buyer.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static IEnumerable<RouteEndpoint> Addresses(SeckillApp app, string under) =>
        app.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith(under, StringComparison.Ordinal) && e.RoutePattern.Parameters.Count > 0);

    private static string Fill(RouteEndpoint endpoint, Dictionary<string, string> things) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => things[char.ToLowerInvariant(parameter.Name[0]) + parameter.Name[1..]],
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));

    // With a body that would do, were the thing the caller's own.
    private static async Task<Reply> SendAsync(Caller caller, string method, string path, RouteEndpoint endpoint)
    {
        using HttpContent? content = method == "GET" ? null
            : endpoint.Metadata.GetMetadata<UploadMetadata>() is { } upload ? new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("901,2")), upload.Part, "file" } }
            : JsonContent.Create(Anything("1"));
        return await caller.And(("Idempotency-Key", "the-key")).SendAsync(new(method), path, content);
    }

    private static object Anything(string productId) => new
    {
        productId,
        name = "Torch",
        description = "",
        price = 1m,
        units = 1,
        opensAt = TimeProvider.System.GetUtcNow().AddDays(10),
        endsAt = TimeProvider.System.GetUtcNow().AddDays(11),
        updatedAt = "2026-01-01T00:00:00Z",
        archived = true,
        quantity = 2,
        remaining = 2,
        delta = 1,
        message = "x",
    };

    private static async Task<string> SeenByAsync(Caller owner, Dictionary<string, string> things)
    {
        List<string> seen = [];
        foreach (var path in (string[])[$"sales/{things["saleId"]}", $"sales/{things["saleId"]}/audit", $"products/{things["productId"]}/limit", $"products/{things["productId"]}/vip-limits", $"products/{things["productId"]}/audit", "products?limit=100"])
        {
            var data = (await owner.GetAsync($"/api/seller/{path}")).Data;
            seen.Add(path.StartsWith("products?", StringComparison.Ordinal) ? data.GetProperty("items").EnumerateArray().First(p => p.GetProperty("productId").GetString() == things["productId"]).GetRawText() : data.GetRawText());
        }

        return string.Join('\n', seen);
    }
}
