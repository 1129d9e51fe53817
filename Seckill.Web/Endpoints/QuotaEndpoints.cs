using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class QuotaEndpoints
{
    private static readonly UploadRefusals Refusals = new(Refusal.NotCsv, Refusal.ListTooLarge, Refusal.EmptyList);

    public static void MapQuotas(this IEndpointRouteBuilder products)
    {
        products.MapGet("/{productId:long}/limit", FindLimitAsync).WithName("FindPurchaseLimit")
            .WithSummary("How many units one shopper may buy in one sale")
            .Refuses(ApiCode.NotFound);
        products.MapGet("/{productId:long}/vip-limits", ListAsync).WithName("ListVipLimits")
            .WithSummary("The shoppers who have a quota in place of the limit, newest first")
            .Refuses(ApiCode.NotFound);
        products.MapPost("/{productId:long}/vip-limits", ImportAsync).WithName("ImportVipLimits")
            .WithSummary("Gives many shoppers quotas in place of the limit, from a list")
            .WithDescription(
                "CSV as `text/csv`, or as a file in `multipart/form-data`: two columns, user name or user id and quota, separated by comma, semicolon or tab; a first line with "
                + "headings (the second being `quota`) may be there. UTF-8, up to 1 MiB and 5,000 lines. All or none: if any line is not right nothing is changed, and "
                + "`data.lines` has every such line with what is wrong. Shoppers who are not on the list keep their quotas.")
            .WithMetadata(new UploadMetadata("list", "text/csv"))
            .Refuses(ApiCode.NotFound);
    }

    private static async Task<Answer<LimitBody>> FindLimitAsync(long productId, SellerProductQueries products, HttpContext context, CancellationToken cancellationToken) =>
        await products.FindAsync(context.UserId(), productId, cancellationToken) is (_, var limit) ? new LimitBody(limit) : Refusal.NotFound;

    private static async Task<Answer<Listing<VipLimitBody>>> ListAsync(long productId, Paging paging, SellerProductQueries products, HttpContext context, CancellationToken cancellationToken)
    {
        if (await products.FindAsync(context.UserId(), productId, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        var page = await products.ListQuotasAsync(context.UserId(), productId, paging.Offset, paging.Limit, cancellationToken);
        return new Listing<VipLimitBody>([.. page.Items.Select(quota => new VipLimitBody(quota.UserId, quota.UserName, quota.Remaining))], page.Total);
    }

    private static Task<Answer<QuotaImportBody>> ImportAsync(long productId, QuotaImport import, HttpContext context, CancellationToken cancellationToken) =>
        Upload.ReadAsync(context, QuotaImport.MaxBytes, Refusals, async list => AnswerOf(await import.RunAsync(context.UserId(), productId, list, cancellationToken)));

    private static Answer<QuotaImportBody> AnswerOf(QuotaImportResult result) => result.Outcome switch
    {
        QuotaImportOutcome.Done => new QuotaImportBody(result.Quotas),
        QuotaImportOutcome.TooLarge => Refusal.ListTooLarge,
        QuotaImportOutcome.NotText => Refusal.NotText,
        QuotaImportOutcome.Empty => Refusal.EmptyList,
        QuotaImportOutcome.BadLines => Refusal.Lines(result.BadLines),
        _ => Refusal.NotFound,
    };
}

/// <param name="Quantity">Units one shopper may buy in one sale.</param>
internal sealed record LimitBody(int Quantity);

/// <param name="UserName">Null for a user of another system.</param>
/// <param name="Remaining">What the shopper may still buy, over all sales of the product.</param>
internal sealed record VipLimitBody(long UserId, string? UserName, int Remaining);

/// <param name="Quotas">How many shoppers have the quota that the list says.</param>
internal sealed record QuotaImportBody(int Quotas);
