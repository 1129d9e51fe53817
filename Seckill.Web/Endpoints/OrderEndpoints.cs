using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class OrderEndpoints
{
    public static RouteGroupBuilder MapOrders(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/orders").WithTags("Orders").RequireShopper();

        group.MapGet("/", ListAsync).WithName("ListOrders")
            .WithSummary("The caller's orders, newest first");
        group.MapGet("/{orderId:long}", FindAsync).WithName("FindOrder")
            .WithSummary("One of the caller's orders")
            .Refuses(ApiCode.NotFound);
        group.MapPost("/{orderId:long}/pay", PayAsync).WithName("PayOrder")
            .WithSummary("Pays an order")
            .WithDescription("Repeating it never pays twice. With `decline: true` the sandbox gateway declines, and the order goes on waiting.")
            .Refuses(ApiCode.NotFound, ApiCode.TooLate, ApiCode.StateChanged, ApiCode.Declined, ApiCode.NotTaken, ApiCode.Unknown);
        group.MapPost("/{orderId:long}/cancel", CancelAsync).WithName("CancelOrder")
            .WithSummary("Cancels an order that is not paid yet and gives its units back")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.NotTaken);

        return group;
    }

    private static async Task<Answer<Listing<OrderBody>>> ListAsync(Paging paging, OrderQueries orders, HttpContext context, CancellationToken cancellationToken)
    {
        var page = await orders.ListForAsync(context.UserId(), paging.Offset, paging.Limit, cancellationToken);
        return new Listing<OrderBody>([.. page.Items.Select(OrderBody.Of)], page.Total);
    }

    private static async Task<Answer<OrderBody>> FindAsync(long orderId, OrderQueries orders, HttpContext context, CancellationToken cancellationToken) =>
        await orders.FindForAsync(orderId, context.UserId(), cancellationToken) is { } order ? OrderBody.Of(order) : Refusal.NotFound;

    private static async Task<Answer<OrderBody>> PayAsync(long orderId, OptionalBody<PayRequest> body, OrderPayment payment, HttpContext context, CancellationToken cancellationToken)
    {
        var result = await payment.PayAsync(orderId, context.UserId(), body.Value.Decline, cancellationToken);
        return result.Outcome switch
        {
            PayOutcome.Paid => OrderBody.Of(result.Order!),
            PayOutcome.TooLate => Refusal.TooLate,
            PayOutcome.StateChanged => Refusal.StateChanged,
            PayOutcome.Declined => Refusal.Declined,
            PayOutcome.Unknown => Refusal.PaymentUnknown(result.Order!.SeckillId),
            PayOutcome.NotNow => Refusal.NotNow,
            _ => Refusal.NotFound,
        };
    }

    private static async Task<Answer<OrderBody>> CancelAsync(long orderId, OrderCancellation cancellation, HttpContext context, CancellationToken cancellationToken)
    {
        var result = await cancellation.CancelAsync(orderId, context.UserId(), cancellationToken);
        return result.Outcome switch
        {
            CancelOutcome.Cancelled => OrderBody.Of(result.Order!),
            CancelOutcome.StateChanged => Refusal.StateChanged,
            CancelOutcome.NotNow => Refusal.NotNow,
            _ => Refusal.NotFound,
        };
    }
}

internal sealed record PayRequest
{
    /// <summary>Sandbox gateway only: the shopper declines.</summary>
    public bool Decline { get; init; }
}

/// <param name="Price">The sale price of one unit in yuan.</param>
/// <param name="PayBefore">Afterwards the order times out.</param>
internal sealed record OrderBody(
    long OrderId,
    long SeckillId,
    OrderStatus Status,
    long ProductId,
    int Quantity,
    decimal Price,
    decimal Total,
    DateTime CreatedAt,
    DateTime PayBefore)
{
    public static OrderBody Of(OrderView order) => new(
        order.OrderId,
        order.SeckillId,
        order.Status,
        order.ProductId,
        order.Quantity,
        Yuan.Of(order.UnitPriceCents),
        Yuan.Of(order.TotalCents),
        order.CreatedAt,
        order.PayBeforeAt);
}
