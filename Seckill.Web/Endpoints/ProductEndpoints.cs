using System.Text.Json.Serialization;
using Seckill.Core;
using Seckill.Core.Catalog;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class ProductEndpoints
{
    public static RouteGroupBuilder MapProducts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/products").WithTags("Products");

        group.MapGet("/", ListAsync).WithName("ListProducts")
            .WithSummary("Products, newest first, each with its sale")
            .WithDescription("`sale` is the product's open or paused sale, else its next, else its last, else null.");
        group.MapGet("/{productId:long}", FindAsync).WithName("FindProduct")
            .WithSummary("One product")
            .WithDescription("With the server's time, for a countdown. For who is signed in also `limit` (units one may have in this sale) and `held` (units one has already). An archived product is in no list and has no sale.")
            .Refuses(ApiCode.NotFound);

        return group;
    }

    private static async Task<Answer<Listing<ProductItem>>> ListAsync(Paging paging, ProductQueries products, SaleBoard board, CancellationToken cancellationToken)
    {
        var page = await products.ListAsync(paging.Offset, paging.Limit, cancellationToken: cancellationToken);
        return new Listing<ProductItem>([.. page.Items.Select(p => ProductItem.Of(p, board.Find(p.ProductId)))], page.Total);
    }

    private static async Task<Answer<ProductBody>> FindAsync(
        long productId, ProductQueries products, SaleBoard board, Allowances allowances, StoreClock clock, HttpContext context, CancellationToken cancellationToken)
    {
        if (await products.FindAsync(productId, cancellationToken) is not { } product)
        {
            return Refusal.NotFound;
        }

        var allowance = CurrentUser.UserIdOf(context.User) is { } userId ? await allowances.FindAsync(productId, userId, cancellationToken) : null;
        return ProductBody.Of(product, product.Archived ? null : board.Find(productId), clock.UtcNow, allowance);
    }
}

/// <param name="Price">The sale price in yuan.</param>
/// <param name="Left">Units nobody holds.</param>
/// <param name="Message">The seller's word while the sale is paused.</param>
internal sealed record SaleBody(long SaleId, decimal Price, DateTime OpensAt, DateTime EndsAt, int Units, int Left, SalePhase Phase, string? Message)
{
    public static SaleBody Of(SaleView sale) =>
        new(sale.SaleId, Yuan.Of(sale.PriceCents), sale.OpensAt, sale.EndsAt, sale.Units, sale.Left, sale.Phase, sale.Message);
}

/// <param name="Price">The list price in yuan.</param>
internal sealed record ProductItem(long ProductId, string Name, decimal Price, string? ImageUrl, long SellerId, SaleBody? Sale)
{
    public static ProductItem Of(ProductView product, SaleView? sale) =>
        new(product.ProductId, product.Name, Yuan.Of(product.PriceCents), product.ImageUrl, product.SellerId, sale is null ? null : SaleBody.Of(sale));
}

/// <param name="Price">The list price in yuan.</param>
internal sealed record ProductBody(
    long ProductId,
    string Name,
    string Description,
    decimal Price,
    string? ImageUrl,
    long SellerId,
    bool Archived,
    SaleBody? Sale,
    DateTime ServerTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Held)
{
    public static ProductBody Of(ProductView product, SaleView? sale, DateTime serverTime, Allowance? allowance) => new(
        product.ProductId,
        product.Name,
        product.Description,
        Yuan.Of(product.PriceCents),
        product.ImageUrl,
        product.SellerId,
        product.Archived,
        sale is null ? null : SaleBody.Of(sale),
        serverTime,
        allowance?.Limit,
        allowance?.Held);
}
