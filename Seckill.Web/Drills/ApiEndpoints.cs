using System.Globalization;
using Seckill.Web.Accounts;

namespace Seckill.Web.Endpoints;

internal static partial class ApiEndpoints
{
    /// <summary>What the load tests measure against, and what they need to be many.</summary>
    static partial void MapDrills(IEndpointRouteBuilder routes)
    {
        // A JSON endpoint that only reads its request and answers: the most that this machine can do for any endpoint.
        routes.MapPost("/drills/limit", (LimitRequest request) => new LimitAnswer(0, "OK", new(request.ProductId))).ShortCircuit();

        // Tokens for users who need not exist, one a line.
        routes.MapGet("/drills/tokens", (long first, int count, BearerTokens tokens, HttpResponse response) =>
            response.WriteAsync(string.Join('\n', Enumerable.Range(0, count).Select(i => tokens.Issue(first + i).Token)))).ShortCircuit();

        // Bytes that are in use, after whatever is not has been collected.
        routes.MapGet("/drills/memory", () => GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture)).ShortCircuit();
    }

    internal sealed record LimitRequest(string ProductId, int Quantity);

    internal sealed record LimitAnswer(int Code, string Message, LimitData Data);

    internal sealed record LimitData(string SeckillId);
}
