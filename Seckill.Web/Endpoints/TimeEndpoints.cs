using System.Text.Json.Serialization;
using Seckill.Core;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class TimeEndpoints
{
    public static void MapTime(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/time", (StoreClock clock) => (Answer<ServerTime>)new ServerTime(clock.Milliseconds)).WithTags("Time").WithName("Time")
            .WithSummary("The house's clock")
            .WithDescription("In milliseconds since 1970 UTC. Sales open and payments end by this clock, not by the caller's.");
}

/// <param name="Milliseconds">Since 1970 UTC.</param>
internal sealed record ServerTime([property: JsonPropertyName("serverTime"), JsonConverter(typeof(PlainNumberConverter))] long Milliseconds);
