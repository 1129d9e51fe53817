using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Seckill.Core.Accounts;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Components.Controls;
using Seckill.Web.Resources;

namespace Seckill.Web.Components.Console;

/// <summary>A seller's orders as a file for spreadsheets, written while it is read: however many there are, few are in memory.</summary>
internal static class OrderExport
{
    private const string Address = "/seller/orders.csv";

    /// <summary>Where the orders of a filter can be downloaded.</summary>
    public static string Link(OrderFilter filter) => QueryHelpers.AddQueryString(Address, new Dictionary<string, string?>
    {
        ["saleId"] = filter.SaleId?.ToString(CultureInfo.InvariantCulture),
        ["productId"] = filter.ProductId?.ToString(CultureInfo.InvariantCulture),
        ["status"] = filter.Status?.ToString(),
        ["buyerId"] = filter.BuyerId?.ToString(CultureInfo.InvariantCulture),
        ["from"] = filter.From is { } from ? SaleDisplay.Iso(from) : null,
        ["to"] = filter.To is { } to ? SaleDisplay.Iso(to) : null,
    }.Where(part => part.Value is not null));

    public static void MapOrderExport(this IEndpointRouteBuilder routes) => routes.MapGet(Address, WriteAsync).RequireAuthorization();

    private static async Task WriteAsync(
        HttpContext context, UserAccounts accounts, SellerOrders orders, IStringLocalizer<Texts> text,
        long? saleId, long? productId, OrderStatus? status, long? buyerId, DateTimeOffset? from, DateTimeOffset? to)
    {
        var cancellationToken = context.RequestAborted;
        if (CurrentUser.UserIdOf(context.User) is not { } userId
            || await accounts.FindAsync(userId, cancellationToken) is not { Suspended: false, Role: UserRole.Seller or UserRole.Admin })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=orders.csv";
        context.Response.Headers.CacheControl = "no-store";

        // With a byte order mark, or Excel takes Chinese for something else.
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await writer.WriteAsync(Line(
            text["Order_Number"], text["Order_SeckillNumber"], text["Orders_Sale"], text["Sales_Product"], text["Orders_BuyerOnly"], text["User_Name"], text["Orders_Status"],
            text["Order_Quantity"], text["Order_UnitPrice"], text["Order_Total"], text["Order_CreatedAt"] + " UTC", text["Order_PayBefore"] + " UTC", text["Order_ClosedAt"] + " UTC"));
        var filter = new OrderFilter(saleId, productId, status, buyerId, from?.UtcDateTime, to?.UtcDateTime);
        await foreach (var order in orders.ExportAsync(userId, filter, cancellationToken))
        {
            await writer.WriteAsync(Line(
                Id(order.OrderId), Id(order.SeckillId), Id(order.SaleId), Harmless(order.ProductName), Id(order.BuyerId), Harmless(order.BuyerName), text["Order_" + order.Status],
                order.Quantity.ToString(CultureInfo.InvariantCulture), Money.Plain(order.UnitPriceCents), Money.Plain(order.TotalCents), At(order.CreatedAt), At(order.PayBeforeAt), At(order.ClosedAt)));
        }
    }

    internal static string Line(params IEnumerable<string?> cells) => string.Join(',', cells.Select(Quoted)) + "\r\n";

    // What people typed and begins like a formula would be run as one; behind an apostrophe, a spreadsheet takes it for text.
    internal static string? Harmless(string? text) =>
        text?.TrimStart() is ['=' or '+' or '-' or '@', ..] || text is ['\t' or '\r' or '\n', ..] ? "'" + text : text;

    private static string? Quoted(string? text) => text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text!.Replace("\"", "\"\"")}\"" : text;

    // A spreadsheet keeps fifteen digits of a number: behind a tab, an id is text to it.
    private static string Id(long id) => string.Create(CultureInfo.InvariantCulture, $"\t{id}");

    private static string? At(DateTime? at) => at?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
