using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class SeckillEndpoints
{
    public static RouteGroupBuilder MapSeckill(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/seckill").WithTags("Seckill").RequireShopper();

        var grab = new GrabHandler(routes.ServiceProvider.GetRequiredService<GrabDesk>(), routes.ServiceProvider.GetRequiredService<SeckillQueries>());
        group.MapPost("/", (RequestDelegate)grab.GrabAsync).WithName("Grab")
            .WithMetadata(
                typeof(GrabHandler).GetMethod(nameof(GrabHandler.GrabAsync))!,
                new BodyMetadata(typeof(GrabRequestBody), Required: true),
                new IdempotencyKeyMetadata(),
                new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Envelope<GrabbedBody>), ["application/json"]))
            .WithSummary("Grabs units of a product's open sale")
            .WithDescription(
                """
                Code 0 says that the units are the caller's; `seckillId` leads to the order. Say an `Idempotency-Key` to be able to repeat the
                request: it answers as the first time, and never takes units twice. 50300 says that nothing was taken; after 50301 ask with
                `data.seckillId`.
                """)
            .Refuses(
                ApiCode.NotAllowed, ApiCode.NotFound, ApiCode.NotStarted, ApiCode.Ended, ApiCode.SoldOutForNow, ApiCode.OverLimit, ApiCode.Paused,
                ApiCode.TooLarge, ApiCode.NotJson, ApiCode.KeyReused, ApiCode.TooManyRequests, ApiCode.NotTaken, ApiCode.Unknown);
        group.MapGet("/{seckillId:long}", FindAsync).WithName("FindSeckill")
            .WithSummary("Where a grab stands")
            .WithDescription("`pendingOrder` until the order is written; `refused` says with `reason` why the ticket became none. 40400 is the last word: nothing was taken, and nothing will be. 50300 says that it is too early for that: ask again.")
            .Refuses(ApiCode.NotFound, ApiCode.NotTaken);

        return group;
    }

    private static async Task<Answer<SeckillBody>> FindAsync(long seckillId, SeckillQueries seckills, HttpContext context, CancellationToken cancellationToken)
    {
        var lookup = await seckills.FindAsync(seckillId, context.UserId(), cancellationToken);
        return lookup.Outcome switch
        {
            SeckillLookupOutcome.Found => SeckillBody.Of(lookup.Seckill!),
            SeckillLookupOutcome.NotNow => Refusal.NotNow,
            _ => Refusal.NotConfirmed,
        };
    }
}

/// <param name="Quantity">At least 1.</param>
internal sealed record GrabRequestBody(long ProductId, int Quantity);

internal sealed record GrabbedBody(long SeckillId);

/// <param name="OrderId">Null before the order, and when there will be none.</param>
/// <param name="Reason">Why there will be none.</param>
internal sealed record SeckillBody(SeckillStatus Status, long? OrderId, long SeckillId, long ProductId, int Quantity, RefusalReason? Reason)
{
    public static SeckillBody Of(SeckillView seckill) =>
        new(seckill.Status, seckill.OrderId, seckill.SeckillId, seckill.ProductId, seckill.Quantity, seckill.Reason);
}
