using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Seckill.Core.Ordering;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components;

/// <summary>Every URL the pages navigate to.</summary>
internal static class Links
{
    public const string Products = "/";
    public const string SignIn = "/sign-in";
    public const string Register = "/register";
    public const string SignOut = "/sign-out";
    public const string Orders = "/orders";
    public const string Apply = "/apply";
    public const string Seller = "/seller";
    public const string Admin = "/admin";
    public const string AdminUsers = "/admin/users";
    public const string AdminRefusedTickets = "/admin/refused-tickets";
    public const string SellerProducts = "/seller/products";
    public const string SellerProductNew = "/seller/products/new";
    public const string SellerOrders = "/seller/orders";
    public const string SellerSales = "/seller/sales";
    public const string SellerSaleNew = "/seller/sales/new";
    public const string Error = "/error";
    public const string ThemeSheet = "/theme.css";
    public const string SaleHub = "/hubs/sale";

    public static string ProductsAt(int page) => page <= 1 ? Products : string.Create(CultureInfo.InvariantCulture, $"/?page={page}");
    public static string Product(long productId) => string.Create(CultureInfo.InvariantCulture, $"/products/{productId}");
    public static string Grab(long productId) => Product(productId) + "/grab";
    public static string OrdersAt(int page) => page <= 1 ? Orders : string.Create(CultureInfo.InvariantCulture, $"/orders?page={page}");
    public static string Order(long orderId) => string.Create(CultureInfo.InvariantCulture, $"/orders/{orderId}");
    public static string Pay(long orderId) => Order(orderId) + "/pay";

    /// <summary>Where the forms of the order pages post to when there is no circuit.</summary>
    public static string Payment(long orderId) => Order(orderId) + "/payment";
    public static string Cancellation(long orderId) => Order(orderId) + "/cancellation";

    public static string SellerProduct(long productId) => string.Create(CultureInfo.InvariantCulture, $"/seller/products/{productId}");

    public static string SellerSale(long saleId) => string.Create(CultureInfo.InvariantCulture, $"/seller/sales/{saleId}");
    public static string SellerSaleReport(long saleId) => SellerSale(saleId) + "/report";

    /// <summary>The report for programs.</summary>
    public static string SellerSaleReportFile(long saleId) => string.Create(CultureInfo.InvariantCulture, $"/api/seller/sales/{saleId}/report");
    public static string SellerOrder(long orderId) => string.Create(CultureInfo.InvariantCulture, $"/seller/orders/{orderId}");
    public static string SellerOrdersOf(long saleId) => string.Create(CultureInfo.InvariantCulture, $"{SellerOrders}?sale={saleId}");
    /// <summary>The orders of a filter as a file.</summary>
    public static string SellerOrdersFile(OrderFilter filter) => QueryHelpers.AddQueryString("/api/seller/orders/export", new Dictionary<string, string?>
    {
        ["saleId"] = filter.SaleId?.ToString(CultureInfo.InvariantCulture),
        ["productId"] = filter.ProductId?.ToString(CultureInfo.InvariantCulture),
        ["status"] = filter.Status?.ToString(),
        ["buyerId"] = filter.BuyerId?.ToString(CultureInfo.InvariantCulture),
        ["from"] = filter.From is { } from ? SaleDisplay.Iso(from) : null,
        ["to"] = filter.To is { } to ? SaleDisplay.Iso(to) : null,
    }.Where(part => part.Value is not null));

    public static string SellerSaleOf(long productId) => string.Create(CultureInfo.InvariantCulture, $"{SellerSaleNew}?product={productId}");
    public static string SellerSaleCopy(long saleId) => string.Create(CultureInfo.InvariantCulture, $"{SellerSaleNew}?copy={saleId}");
    public static string SellerSaleEdit(long saleId) => string.Create(CultureInfo.InvariantCulture, $"/seller/sales/{saleId}/edit");

    public static string SignInAndBack(string returnUrl) => $"{SignIn}?returnUrl={Uri.EscapeDataString(returnUrl)}";
    public static string RegisterAndBack(string returnUrl) => $"{Register}?returnUrl={Uri.EscapeDataString(returnUrl)}";
    public static string Language(string culture, string returnUrl) => $"/language/{culture}?returnUrl={Uri.EscapeDataString(returnUrl)}";
    public static string Theme(string theme, string returnUrl) => $"/theme/{theme}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    /// <summary>The url if it stays on this site, otherwise the front page: a link from elsewhere must not send people away after sign-in.</summary>
    public static string Local(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : Products;
}
