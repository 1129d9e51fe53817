using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class SellerEndpoints
{
    public static void MapSeller(this IEndpointRouteBuilder routes)
    {
        var seller = routes.MapGroup("/seller").WithTags("Seller");

        MapApplication(seller.MapGroup("/application").RequireShopper());
        MapProducts(seller.MapGroup("/products").RequireSeller());
        MapSales(seller.MapGroup("/sales").RequireSeller());
        seller.MapSellerOrders();
    }

    private static void MapApplication(RouteGroupBuilder group)
    {
        group.MapPost("/", ApplyAsync).WithName("ApplyAsSeller")
            .WithSummary("Asks to become a seller")
            .WithDescription("An admin decides. Repeating it while one is waiting changes nothing.")
            .Refuses(ApiCode.StateChanged);
        group.MapGet("/", FindApplicationAsync).WithName("FindApplication")
            .WithSummary("What became of the caller's application")
            .Refuses(ApiCode.NotFound);
    }

    private static void MapProducts(RouteGroupBuilder group)
    {
        group.MapGet("/", ListProductsAsync).WithName("ListOwnProducts")
            .WithSummary("The caller's products, newest first or as asked");
        group.MapGet("/{productId:long}", FindProductAsync).WithName("FindOwnProduct")
            .WithSummary("One of the caller's products")
            .Refuses(ApiCode.NotFound);
        group.MapPost("/", CreateProductAsync).WithName("CreateProduct")
            .WithSummary("Adds a product");
        group.MapPut("/{productId:long}", UpdateProductAsync).WithName("UpdateProduct")
            .WithSummary("Changes a product")
            .WithDescription("Say `updatedAt` as you read it; a product changed since then is left alone (40907).")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged);
        group.MapPut("/{productId:long}/archived", ArchiveProductAsync).WithName("ArchiveProduct")
            .WithSummary("Takes a product out of the shop, or brings it back")
            .WithDescription(
                "An archived product is in no list of the shop and no sale of it can be planned; its page still answers. While a sale of it is open, paused or planned it cannot "
                + "be archived (40907). Say `updatedAt` as you read it; a product changed since then is left alone (40907).")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged);
        group.MapGet("/{productId:long}/audit", ListProductAuditAsync).WithName("ListProductAudit")
            .WithSummary("Who changed a product's limit, its quotas or whether it is archived, newest first")
            .WithDescription("`action` is limit, quota, archive or restore; `before` and `after` have the fields that it is about.")
            .Refuses(ApiCode.NotFound);
        group.MapPictureUpload();
        group.MapPut("/{productId:long}/limit", SetLimitAsync).WithName("SetPurchaseLimit")
            .WithSummary("Sets how many units one shopper may buy in one sale")
            .WithDescription("With `read`, the limit as you read it, one that somebody else has changed since then is left alone (40907).")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapQuotas();
        group.MapPut("/{productId:long}/vip-limits/{userId:long}", SetVipLimitAsync).WithName("SetVipLimit")
            .WithSummary("Gives one shopper a quota in place of the limit")
            .WithDescription("`remaining` is what the shopper may still buy, over all sales of the product.")
            .Refuses(ApiCode.NotFound, ApiCode.NotTaken);
        group.MapDelete("/{productId:long}/vip-limits/{userId:long}", RemoveVipLimitAsync).WithName("RemoveVipLimit")
            .WithSummary("Takes a shopper's own quota away; the limit holds again")
            .Refuses(ApiCode.NotFound, ApiCode.NotTaken);
    }

    private static void MapSales(RouteGroupBuilder group)
    {
        group.MapGet("/{saleId:long}", FindSaleAsync).WithName("FindOwnSale")
            .WithSummary("One of the caller's sales")
            .Refuses(ApiCode.NotFound);
        group.MapGet("/{saleId:long}/audit", ListAuditAsync).WithName("ListSaleAudit")
            .WithSummary("Who changed what about a sale, newest first")
            .WithDescription("`action` is edit, pause, resume, prolong, end, add or withdraw; `before` and `after` have the fields that it is about. The newest 500 entries.")
            .Refuses(ApiCode.NotFound);
        group.MapGet("/{saleId:long}/history", ListHistoryAsync).WithName("ListSaleHistory")
            .WithSummary("How a sale went, moment by moment, oldest first")
            .WithDescription(
                "Some hundred moments at most: every few seconds while something moves, coarser the longer ago. `queued` counts tickets. `granted` and `refused` count grabs "
                + "since the opening, `refusals` the refused by reason, `watchers` the connections that watched the product; all of them over all processes, a second late at most.")
            .Refuses(ApiCode.NotFound);
        group.MapGet("/{saleId:long}/report", ReportAsync).WithName("FindSaleReport")
            .WithSummary("How a sale went, in figures")
            .WithDescription("`resold` is what was ordered beyond the units on sale; `soldOutAfterSeconds` is null when it never sold out or nobody saw it; `conversion` is paid orders in all orders, `grabSuccess` orders in all grabs that were answered, granted or refused; both are null without any.")
            .Refuses(ApiCode.NotFound);
        group.MapGet("/", ListSalesAsync).WithName("ListOwnSales")
            .WithSummary("The caller's sales, newest first");
        group.MapPost("/", PlanAsync).WithName("PlanSale")
            .WithSummary("Plans a sale")
            .WithDescription("`opensAt` may be now or past: the sale is then open at once. Two sales of one product never overlap.")
            .Refuses(ApiCode.NotFound, ApiCode.Overlaps, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapPut("/{saleId:long}", UpdateSaleAsync).WithName("UpdateSale")
            .WithSummary("Changes a sale before it opens")
            .WithDescription("Say `updatedAt` as you read it; a sale changed since then, or open, is left alone (40907).")
            .Refuses(ApiCode.NotFound, ApiCode.Overlaps, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapPost("/{saleId:long}/pause", PauseAsync).WithName("PauseSale")
            .WithSummary("Pauses a sale, with a word to those who wait")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapPost("/{saleId:long}/resume", ResumeAsync).WithName("ResumeSale")
            .WithSummary("Goes on with a paused sale")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapPost("/{saleId:long}/stock", ChangeStockAsync).WithName("ChangeSaleStock")
            .WithSummary("Adds units to a sale, or withdraws units that nobody has taken")
            .WithDescription("`delta` is negative to withdraw. Confirmed when the units are on sale, or certainly are not any more. After 50300 repeat it with the same key: it is done once.")
            .WithMetadata(new IdempotencyKeyMetadata(Required: true))
            .Refuses(ApiCode.NotFound, ApiCode.SoldOutForNow, ApiCode.StateChanged, ApiCode.KeyReused, ApiCode.NotTaken);
        group.MapPost("/{saleId:long}/prolong", ProlongAsync).WithName("ProlongSale")
            .WithSummary("Moves the end of a sale")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.Overlaps, ApiCode.NotTaken);
        group.MapPost("/{saleId:long}/end", EndAsync).WithName("EndSale")
            .WithSummary("Ends a sale now; one that has not opened is called off")
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged, ApiCode.NotTaken);
        group.MapGet("/{saleId:long}/account", AccountAsync).WithName("FindSaleAccount")
            .WithSummary("The account of a sale, in units")
            .WithDescription(
                "`difference` is the largest deviation between the store and the ledger: 0 when nothing is in flight, null while the store cannot be read. "
                + "`redis` and `sql` are the two sides: what is left and what is held or bought makes up the units on each.")
            .Refuses(ApiCode.NotFound);
    }

    private static async Task<Answer<ApplicationBody>> ApplyAsync(OptionalBody<ApplicationRequest> body, SellerApplications applications, HttpContext context, CancellationToken cancellationToken)
    {
        var result = await applications.ApplyAsync(context.UserId(), body.Value.Message, cancellationToken);
        return result.Outcome switch
        {
            ApplyOutcome.Pending => ApplicationBody.Of(result.Application!),
            ApplyOutcome.AlreadySeller => Refusal.AlreadySeller,
            _ => Refusal.Fields(result.Errors ?? []),
        };
    }

    private static async Task<Answer<ApplicationBody>> FindApplicationAsync(SellerApplications applications, HttpContext context, CancellationToken cancellationToken) =>
        await applications.FindAsync(context.UserId(), cancellationToken) is { } application ? ApplicationBody.Of(application) : Refusal.NotFound;

    private static async Task<Answer<Listing<SellerProductBody>>> ListProductsAsync(Paging paging, ProductSearch search, SellerProductQueries products, SaleBoard board, HttpContext context, CancellationToken cancellationToken)
    {
        var page = await products.ListAsync(context.UserId(), search.Query, search.Archived, search.Order, search.Descending, paging.Offset, paging.Limit, cancellationToken);
        return new Listing<SellerProductBody>([.. page.Items.Select(p => SellerProductBody.Of(p, board.Find(p.ProductId)))], page.Total);
    }

    private static async Task<Answer<SellerProductBody>> FindProductAsync(long productId, SellerProductQueries products, SaleBoard board, HttpContext context, CancellationToken cancellationToken) =>
        await products.FindAsync(context.UserId(), productId, cancellationToken) is ({ } product, var limit)
            ? SellerProductBody.Of(
                new(product.ProductId, product.Name, product.Description, product.PriceCents, product.ImageUrl, limit, product.UpdatedAt, product.Archived), board.Find(productId))
            : Refusal.NotFound;

    private static async Task<Answer<ProductRef>> CreateProductAsync(Body<ProductRequest> body, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await products.CreateAsync(context.UserId(), body.Value.Draft, cancellationToken), id => new ProductRef(id));

    private static async Task<Answer<ProductRef>> UpdateProductAsync(long productId, Body<ProductRequest> body, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        body.Value.UpdatedAt is { } updatedAt
            ? AnswerOf(await products.UpdateAsync(context.UserId(), productId, body.Value.Draft, updatedAt, cancellationToken), _ => new ProductRef(productId))
            : Refusal.Fields(new FieldError("updatedAt", "required"));

    private static async Task<Answer<ProductRef>> ArchiveProductAsync(long productId, Body<ArchiveRequest> body, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        body.Value is { Archived: { } archived, UpdatedAt: { } updatedAt }
            ? AnswerOf(await products.ArchiveAsync(context.UserId(), productId, archived, updatedAt, cancellationToken), _ => new ProductRef(productId))
            : Refusal.Fields(
            [
                .. body.Value.Archived is null ? [new FieldError("archived", "required")] : Array.Empty<FieldError>(),
                .. body.Value.UpdatedAt is null ? [new FieldError("updatedAt", "required")] : Array.Empty<FieldError>(),
            ]);

    private static async Task<Answer<Listing<AuditBody>>> ListProductAuditAsync(long productId, Paging paging, AuditTrail trail, HttpContext context, CancellationToken cancellationToken) =>
        await trail.ListOfProductAsync(context.UserId(), productId, paging.Offset, paging.Limit, cancellationToken) is { } page
            ? new Listing<AuditBody>([.. page.Items.Select(AuditBody.Of)], page.Total)
            : Refusal.NotFound;

    private static async Task<Answer<ProductRef>> SetLimitAsync(long productId, Body<LimitRequest> body, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await products.SetLimitAsync(context.UserId(), productId, body.Value.Quantity, body.Value.Read, cancellationToken), _ => new ProductRef(productId));

    private static async Task<Answer<ProductRef>> SetVipLimitAsync(
        long productId, long userId, Body<VipLimitRequest> body, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        body.Value.Remaining is { } remaining
            ? AnswerOf(await products.SetVipLimitAsync(context.UserId(), productId, userId, remaining, cancellationToken), _ => new ProductRef(productId))
            : Refusal.Fields(new FieldError("remaining", "required"));

    private static async Task<Answer<ProductRef>> RemoveVipLimitAsync(long productId, long userId, SellerProducts products, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await products.SetVipLimitAsync(context.UserId(), productId, userId, null, cancellationToken), _ => new ProductRef(productId));

    private static async Task<Answer<Listing<SellerSaleBody>>> ListSalesAsync(Paging paging, SellerSales sales, HttpContext context, CancellationToken cancellationToken)
    {
        var page = await sales.ListAsync(context.UserId(), paging.Offset, paging.Limit, cancellationToken);
        return new Listing<SellerSaleBody>([.. page.Items.Select(SellerSaleBody.Of)], page.Total);
    }

    private static async Task<Answer<SellerSaleBody>> FindSaleAsync(long saleId, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        await sales.FindAsync(context.UserId(), saleId, cancellationToken) is { } sale ? SellerSaleBody.Of(sale) : Refusal.NotFound;

    private static async Task<Answer<Listing<AuditBody>>> ListAuditAsync(long saleId, AuditTrail trail, HttpContext context, CancellationToken cancellationToken) =>
        await trail.ListAsync(context.UserId(), saleId, cancellationToken) is { } entries
            ? new Listing<AuditBody>([.. entries.Select(AuditBody.Of)], entries.Count)
            : Refusal.NotFound;

    private static async Task<Answer<Listing<SaleMomentBody>>> ListHistoryAsync(long saleId, SaleHistory history, HttpContext context, CancellationToken cancellationToken) =>
        await history.ListAsync(context.UserId(), saleId, cancellationToken) is { } moments
            ? new Listing<SaleMomentBody>([.. moments.Select(SaleMomentBody.Of)], moments.Count)
            : Refusal.NotFound;

    private static async Task<Answer<SaleReportBody>> ReportAsync(long saleId, SaleReports reports, HttpContext context, CancellationToken cancellationToken) =>
        await reports.FindAsync(context.UserId(), saleId, cancellationToken) is { } report ? SaleReportBody.Of(report) : Refusal.NotFound;

    private static async Task<Answer<SaleRef>> PlanAsync(Body<SaleRequest> body, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await sales.PlanAsync(context.UserId(), body.Value.Draft, cancellationToken), id => new SaleRef(id));

    private static async Task<Answer<SaleRef>> UpdateSaleAsync(long saleId, Body<SaleRequest> body, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        body.Value.UpdatedAt is { } updatedAt
            ? AnswerOf(await sales.UpdateAsync(context.UserId(), saleId, body.Value.Draft, updatedAt, cancellationToken), _ => new SaleRef(saleId))
            : Refusal.Fields(new FieldError("updatedAt", "required"));

    private static async Task<Answer<SaleRef>> PauseAsync(long saleId, OptionalBody<PauseRequest> body, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await sales.PauseAsync(context.UserId(), saleId, body.Value.Message, cancellationToken), _ => new SaleRef(saleId));

    private static async Task<Answer<SaleRef>> ResumeAsync(long saleId, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await sales.ResumeAsync(context.UserId(), saleId, cancellationToken), _ => new SaleRef(saleId));

    private static async Task<Answer<SaleRef>> ChangeStockAsync(long saleId, Body<StockRequest> body, StockChanges changes, HttpContext context, CancellationToken cancellationToken)
    {
        var key = context.Request.Headers[GrabHandler.KeyHeader];
        return AnswerOf(
            await changes.ChangeAsync(context.UserId(), saleId, body.Value.Delta, key.Count == 0 ? null : key.ToString(), cancellationToken), _ => new SaleRef(saleId));
    }

    private static async Task<Answer<SaleRef>> ProlongAsync(long saleId, Body<ProlongRequest> body, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await sales.ProlongAsync(context.UserId(), saleId, body.Value.EndsAt, cancellationToken), _ => new SaleRef(saleId));

    private static async Task<Answer<SaleRef>> EndAsync(long saleId, SellerSales sales, HttpContext context, CancellationToken cancellationToken) =>
        AnswerOf(await sales.EndAsync(context.UserId(), saleId, cancellationToken), _ => new SaleRef(saleId));

    private static async Task<Answer<SaleAccount>> AccountAsync(long saleId, SaleAccounts saleAccounts, HttpContext context, CancellationToken cancellationToken) =>
        await saleAccounts.FindAsync(saleId, context.UserId(), cancellationToken) is { } account ? account : Refusal.NotFound;

    private static Answer<T> AnswerOf<T>(SellerResult result, Func<long, T> done) => result.Outcome switch
    {
        SellerOutcome.Done => done(result.Id),
        SellerOutcome.NotFound => Refusal.NotFound,
        SellerOutcome.StateChanged => Refusal.StateChanged,
        SellerOutcome.OnSale => Refusal.ProductOnSale,
        SellerOutcome.Overlaps => Refusal.Overlaps,
        SellerOutcome.FewerLeft => Refusal.FewerLeft(result.Left),
        SellerOutcome.KeyReused => Refusal.KeyReused,
        SellerOutcome.NotNow => Refusal.NotNow,
        _ => Refusal.Fields(result.Errors ?? []),
    };
}

internal sealed record ApplicationRequest
{
    /// <summary>What the applicant wants to sell, for the admin who decides.</summary>
    public string? Message { get; init; }
}

internal sealed record ApplicationBody(ApplicationStatus Status, string Message, DateTime UpdatedAt)
{
    public static ApplicationBody Of(ApplicationView application) => new(application.Status, application.Message, application.UpdatedAt);
}

internal sealed record ProductRef(long ProductId);

internal sealed record SaleRef(long SaleId);

/// <param name="Price">The list price in yuan.</param>
/// <param name="UpdatedAt">With PUT: as read.</param>
internal sealed record ProductRequest(string? Name, decimal? Price, string? Description = null, string? ImageUrl = null, DateTime? UpdatedAt = null)
{
    internal ProductDraft Draft => new(Name, Description, Yuan.ToCents(Price), ImageUrl);
}

/// <summary>Which of a seller's products are asked for, and in which order.</summary>
internal sealed class ProductSearch : IReadFromRequest, IEndpointParameterMetadataProvider
{
    public string? Query { get; private init; }

    public bool? Archived { get; private init; }

    public ProductOrder Order { get; private init; }

    public bool Descending { get; private init; }

    public Refusal? Refusal { get; private init; }

    public static ValueTask<ProductSearch> BindAsync(HttpContext context)
    {
        List<FieldError> errors = [];
        var query = context.Request.Query;
        var archived = query.Flag("archived", errors);
        var descending = query.Flag("descending", errors);
        var order = query["sort"].ToString() switch
        {
            "" or "newest" => ProductOrder.Newest,
            "name" => ProductOrder.Name,
            "price" => ProductOrder.Price,
            "updated" => ProductOrder.Updated,
            _ => (ProductOrder?)null,
        };
        if (order is null)
        {
            errors.Add(new("sort", "format"));
        }

        return ValueTask.FromResult(errors.Count > 0
            ? new ProductSearch { Refusal = Refusal.Fields(errors) }
            : new ProductSearch { Query = query["query"], Archived = archived, Order = order!.Value, Descending = descending ?? false });
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryMetadata("query", "Part of a name, or a whole product id."));
        builder.Metadata.Add(new QueryMetadata("archived", "`true`: only those that are archived; `false`: only those that are not; left out: all."));
        builder.Metadata.Add(new QueryMetadata("sort", "`newest`, `name`, `price` or `updated`."));
        builder.Metadata.Add(new QueryMetadata("descending", "`true`: the other way round; not of `newest`."));
    }
}

/// <param name="UpdatedAt">As read.</param>
internal sealed record ArchiveRequest(bool? Archived, DateTime? UpdatedAt);

/// <param name="Price">The list price in yuan.</param>
/// <param name="Limit">Units one shopper may buy in one sale.</param>
internal sealed record SellerProductBody(long ProductId, string Name, string Description, decimal Price, string? ImageUrl, int Limit, SaleBody? Sale, DateTime UpdatedAt, bool Archived)
{
    public static SellerProductBody Of(ProductLine product, SaleView? sale) => new(
        product.ProductId,
        product.Name,
        product.Description,
        Yuan.Of(product.PriceCents),
        product.ImageUrl,
        product.Limit,
        sale is null ? null : SaleBody.Of(sale),
        product.UpdatedAt,
        product.Archived);
}

/// <param name="Read">The limit as read; left out: whatever it is now.</param>
internal sealed record LimitRequest(int? Quantity, int? Read = null);

internal sealed record VipLimitRequest(int? Remaining);

/// <param name="Price">The sale price of one unit in yuan.</param>
/// <param name="PaymentWindowSeconds">At least 1; left out: the house's.</param>
/// <param name="UpdatedAt">With PUT: as read.</param>
internal sealed record SaleRequest(long? ProductId, decimal? Price, int? Units, DateTime? OpensAt, DateTime? EndsAt, int? PaymentWindowSeconds = null, DateTime? UpdatedAt = null)
{
    internal SaleDraft Draft => new(ProductId, Yuan.ToCents(Price), Units, OpensAt, EndsAt, PaymentWindowSeconds);
}

/// <param name="Price">The sale price of one unit in yuan.</param>
internal sealed record SellerSaleBody(
    long SaleId,
    long ProductId,
    string ProductName,
    decimal Price,
    int Units,
    DateTime OpensAt,
    DateTime EndsAt,
    int PaymentWindowSeconds,
    SalePhase Phase,
    string? Message,
    DateTime UpdatedAt)
{
    public static SellerSaleBody Of(SellerSaleView sale) => new(
        sale.SaleId,
        sale.ProductId,
        sale.ProductName,
        Yuan.Of(sale.PriceCents),
        sale.Units,
        sale.OpensAt,
        sale.EndsAt,
        (int)sale.PaymentWindow.TotalSeconds,
        sale.Phase,
        sale.Message,
        sale.UpdatedAt);
}

/// <param name="UserName">Null: the house itself, or a user who has no account here.</param>
internal sealed record AuditBody(long AuditEntryId, long UserId, string? UserName, string Action, JsonElement Before, JsonElement After, DateTime At)
{
    public static AuditBody Of(AuditView entry) => new(entry.AuditEntryId, entry.UserId, entry.UserName, entry.Action, Json(entry.Before), Json(entry.After), entry.At);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

internal sealed record SaleMomentBody(
    DateTime At,
    int Left,
    int Queued,
    int AwaitingPayment,
    int Paid,
    [property: JsonConverter(typeof(CountConverter))] long Granted,
    [property: JsonConverter(typeof(CountConverter))] long Refused,
    RefusalsBody Refusals,
    int Watchers)
{
    public static SaleMomentBody Of(SaleMoment moment) => new(
        moment.At,
        moment.Left,
        moment.Queued,
        moment.AwaitingPayment,
        moment.Paid,
        moment.Granted,
        moment.Refusals.Total,
        RefusalsBody.Of(moment.Refusals),
        moment.Watchers);
}

/// <param name="SoldOut">Nothing left, or fewer than asked.</param>
/// <param name="TooMany">More tries than the throttle lets a shopper have.</param>
/// <param name="NotTaken">Nothing was taken, and trying again was right.</param>
internal sealed record RefusalsBody(
    [property: JsonConverter(typeof(CountConverter))] long SoldOut,
    [property: JsonConverter(typeof(CountConverter))] long OverLimit,
    [property: JsonConverter(typeof(CountConverter))] long NotStarted,
    [property: JsonConverter(typeof(CountConverter))] long Ended,
    [property: JsonConverter(typeof(CountConverter))] long Paused,
    [property: JsonConverter(typeof(CountConverter))] long TooMany,
    [property: JsonConverter(typeof(CountConverter))] long NotTaken,
    [property: JsonConverter(typeof(CountConverter))] long Other)
{
    public static RefusalsBody Of(Refusals r) => new(r.SoldOut, r.OverLimit, r.NotStarted, r.Ended, r.Paused, r.TooMany, r.NotTaken, r.Other);
}

/// <param name="Returned">Units that came back from cancelled and timed-out orders.</param>
/// <param name="Revenue">What was paid, in yuan.</param>
/// <param name="Refused">Grabs that took nothing.</param>
/// <param name="MostWatchers">Connections that watched the product at the same time, at most.</param>
internal sealed record SaleReportBody(
    long SaleId,
    long ProductId,
    string ProductName,
    DateTime OpensAt,
    DateTime EndsAt,
    SalePhase Phase,
    decimal Price,
    int Units,
    int Sold,
    int Returned,
    int Resold,
    double? SoldOutAfterSeconds,
    int Orders,
    int PaidOrders,
    double? Conversion,
    decimal Revenue,
    [property: JsonConverter(typeof(CountConverter))] long Refused,
    RefusalsBody Refusals,
    double? GrabSuccess,
    int MostWatchers,
    SaleAccount Account)
{
    public static SaleReportBody Of(SaleReport report) => new(
        report.Sale.SaleId,
        report.Sale.ProductId,
        report.Sale.ProductName,
        report.Sale.OpensAt,
        report.Sale.EndsAt,
        report.Sale.Phase,
        Yuan.Of(report.Sale.PriceCents),
        report.Units,
        report.Sold,
        report.Returned,
        report.Resold,
        report.SoldOutAfter?.TotalSeconds,
        report.Orders,
        report.PaidOrders,
        report.Conversion,
        Yuan.Of(report.RevenueCents),
        report.Refused.Total,
        RefusalsBody.Of(report.Refused),
        report.GrabSuccess,
        report.MostWatchers,
        report.Account);
}

internal sealed record PauseRequest
{
    /// <summary>What shoppers read while the sale is paused.</summary>
    public string? Message { get; init; }
}

/// <param name="Delta">Units to add; negative: to withdraw. Not 0.</param>
internal sealed record StockRequest(int? Delta);

internal sealed record ProlongRequest(DateTime? EndsAt);
