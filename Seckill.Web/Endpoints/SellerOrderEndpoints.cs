using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class SellerOrderEndpoints
{
    public static void MapSellerOrders(this IEndpointRouteBuilder seller)
    {
        var group = seller.MapGroup("/orders").RequireSeller();

        group.MapGet("/", ListAsync).WithName("ListOrdersOfOwnSales")
            .WithSummary("Orders of the caller's sales, newest first");
        group.MapGet("/{orderId:long}", FindAsync).WithName("FindOrderOfOwnSale")
            .WithSummary("One order of the caller's sales, with what happened to it")
            .Refuses(ApiCode.NotFound);
        group.MapGet("/export", ExportAsync).WithName("ExportOrdersOfOwnSales")
            .WithSummary("All orders of the filter as a CSV file for a spreadsheet")
            .WithDescription(
                "UTF-8 with a byte order mark, comma and CRLF, streamed. A text that a spreadsheet would take for a formula has a `'` before it. An id has a tab before it, "
                + "or a spreadsheet would round it; programs trim it away. The columns are those of the list.")
            .Produces<string>(StatusCodes.Status200OK, OrdersCsv.MediaType);
    }

    private static async Task<Answer<Listing<SellerOrderBody>>> ListAsync(Paging paging, OrderSearch search, SellerOrders orders, HttpContext context, CancellationToken cancellationToken)
    {
        var page = await orders.ListAsync(context.UserId(), search.Filter, paging.Offset, paging.Limit, cancellationToken);
        return new Listing<SellerOrderBody>([.. page.Items.Select(SellerOrderBody.Of)], page.Total);
    }

    private static async Task<Answer<SellerOrderDetailBody>> FindAsync(long orderId, SellerOrders orders, HttpContext context, CancellationToken cancellationToken) =>
        await orders.FindAsync(context.UserId(), orderId, cancellationToken) is { } found
            ? new SellerOrderDetailBody(SellerOrderBody.Of(found.Order), [.. found.Timeline.Select(step => new OrderStepBody(step.Kind, step.At))])
            : Refusal.NotFound;

    private static OrdersCsv ExportAsync(OrderSearch search, SellerOrders orders, HttpContext context, StoreClock clock) =>
        new(orders.ExportAsync(context.UserId(), search.Filter, context.RequestAborted), clock.UtcNow);
}

/// <summary>Which orders are asked for.</summary>
internal sealed class OrderSearch : IReadFromRequest, IEndpointParameterMetadataProvider
{
    public OrderFilter Filter { get; private init; } = new();

    public Refusal? Refusal { get; private init; }

    public static async ValueTask<OrderSearch> BindAsync(HttpContext context)
    {
        List<FieldError> errors = [];
        var buyerId = Read<long>("buyerId", "id", Id);
        if (context.Request.Query["buyer"].ToString() is { Length: > 0 } buyer)
        {
            buyerId = await context.RequestServices.GetRequiredService<SellerProductQueries>().FindShopperAsync(buyer, context.RequestAborted);
            if (buyerId is null)
            {
                errors.Add(new("buyer", "unknownUser"));
            }
        }

        var filter = new OrderFilter(
            Read<long>("saleId", "id", Id),
            Read<long>("productId", "id", Id),
            Read<OrderStatus>("status", "type", Status),
            buyerId,
            Read<DateTime>("from", "time", TimeConverter.TryParse),
            Read<DateTime>("to", "time", TimeConverter.TryParse));
        return errors.Count > 0 ? new() { Refusal = Refusal.Fields(errors) } : new() { Filter = filter };

        T? Read<T>(string field, string rule, TryRead<T> read)
            where T : struct
        {
            var text = context.Request.Query[field].ToString();
            if (text.Length == 0)
            {
                return null;
            }

            if (read(text, out var value))
            {
                return value;
            }

            errors.Add(new(field, rule));
            return null;
        }

        static bool Id(string text, out long id) => IdConverter.TryParse(text, out id);

        static bool Status(string text, out OrderStatus status) => Enum.TryParse(text, ignoreCase: true, out status) && char.IsAsciiLetter(text[0]) && Enum.IsDefined(status);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryMetadata("saleId", "Only of this sale."));
        builder.Metadata.Add(new QueryMetadata("productId", "Only of this product."));
        builder.Metadata.Add(new QueryMetadata("status", "Only with this status: `pendingPayment`, `paid`, `cancelled` or `timedOut`."));
        builder.Metadata.Add(new QueryMetadata("buyerId", "Only of this buyer."));
        builder.Metadata.Add(new QueryMetadata("buyer", "Only of the buyer of this user name, in place of `buyerId`."));
        builder.Metadata.Add(new QueryMetadata("from", "Only created then or later; ISO 8601 with Z or an offset."));
        builder.Metadata.Add(new QueryMetadata("to", "Only created before; ISO 8601 with Z or an offset."));
    }

    private delegate bool TryRead<T>(string text, out T value);
}

/// <summary>Orders as a file for a spreadsheet, written as they are read.</summary>
internal sealed class OrdersCsv(IAsyncEnumerable<SellerOrderView> orders, DateTime at) : IResult
{
    public const string MediaType = "text/csv";

    private const string Header = "orderId,seckillId,saleId,productId,productName,buyerId,buyerName,status,quantity,price,total,createdAt,payBefore,closedAt,releasedAt\r\n";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = $"{MediaType}; charset=utf-8";
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"orders-{at:yyyyMMdd-HHmmss}.csv\"");

        // Without the mark Excel takes Chinese for something else.
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 16 * 1024, leaveOpen: true);
        await writer.WriteAsync(Header.AsMemory(), httpContext.RequestAborted);
        await foreach (var order in orders)
        {
            await writer.WriteAsync(LineOf(order).AsMemory(), httpContext.RequestAborted);
        }
    }

    // Nineteen digits are more than a spreadsheet's numbers have: with a tab before them they are text to it, and nothing that it would run.
    internal static string LineOf(SellerOrderView order) => string.Create(
        CultureInfo.InvariantCulture,
        $"\t{order.OrderId},\t{order.SeckillId},\t{order.SaleId},\t{order.ProductId},{Text(order.ProductName)},\t{order.BuyerId},{Text(order.BuyerName)},{JsonName(order.Status)},{order.Quantity},{Yuan.Of(order.UnitPriceCents):0.00},{Yuan.Of(order.TotalCents):0.00},{Time(order.CreatedAt)},{Time(order.PayBeforeAt)},{Time(order.ClosedAt)},{Time(order.ReleasedAt)}\r\n");

    // What begins like a formula would be run by the spreadsheet of whoever opens the file. Some take the full-width signs for the others.
    private static string Text(string? text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..] ? $"'{text}" : text ?? "";
        return safe.AsSpan().IndexOfAny("\",\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Time(DateTime? at) => at is { } time ? TimeConverter.Write(time) : "";

    private static string JsonName(OrderStatus status) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}

/// <param name="BuyerName">Null: a buyer who has no account here.</param>
/// <param name="Price">The sale price of one unit in yuan.</param>
/// <param name="ClosedAt">When it was cancelled or timed out.</param>
/// <param name="ReleasedAt">When its units were back on sale.</param>
internal sealed record SellerOrderBody(
    long OrderId,
    long SeckillId,
    long SaleId,
    long ProductId,
    string ProductName,
    long BuyerId,
    string? BuyerName,
    OrderStatus Status,
    int Quantity,
    decimal Price,
    decimal Total,
    DateTime CreatedAt,
    DateTime PayBefore,
    DateTime? ClosedAt,
    DateTime? ReleasedAt)
{
    public static SellerOrderBody Of(SellerOrderView order) => new(
        order.OrderId,
        order.SeckillId,
        order.SaleId,
        order.ProductId,
        order.ProductName,
        order.BuyerId,
        order.BuyerName,
        order.Status,
        order.Quantity,
        Yuan.Of(order.UnitPriceCents),
        Yuan.Of(order.TotalCents),
        order.CreatedAt,
        order.PayBeforeAt,
        order.ClosedAt,
        order.ReleasedAt);
}

internal sealed record OrderStepBody(OrderStepKind Kind, DateTime At);

/// <param name="Timeline">What happened, in its order.</param>
internal sealed record SellerOrderDetailBody(SellerOrderBody Order, IReadOnlyList<OrderStepBody> Timeline);
