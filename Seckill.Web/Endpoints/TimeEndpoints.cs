using Seckill.Core;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class TimeEndpoints
{
    public static void MapTime(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/time", (StoreClock clock) => (Answer<ServerTimeBody>)new ServerTimeBody(clock.UtcNow)).WithTags("Time").WithName("Time")
            .WithSummary("The house's clock")
            .WithDescription("Sales open and payments end by this clock, not by the caller's.");
}

internal sealed record ServerTimeBody(DateTime ServerTime);
