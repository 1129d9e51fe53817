using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class QuotaEndpoints
{
    private static readonly UploadRefusals Refusals = new(Refusal.NotCsv, Refusal.ListTooLarge, Refusal.EmptyList);

    public static void MapQuotaImport(this IEndpointRouteBuilder products) =>
        products.MapPost("/{productId:long}/vip-limits", ImportAsync).WithName("ImportVipLimits")
            .WithSummary("Gives many shoppers quotas in place of the limit, from a list")
            .WithDescription(
                "CSV as `text/csv`, or as a file in `multipart/form-data`: two columns, user name or user id and quota, separated by comma, semicolon or tab; a first line with "
                + "headings (the second being `quota`) may be there. UTF-8, up to 1 MiB and 5,000 lines. All or none: if any line is not right nothing is changed, and "
                + "`data.lines` has every such line with what is wrong. Shoppers who are not on the list keep their quotas.")
            .WithMetadata(new UploadMetadata("list", "text/csv"))
            .Refuses(ApiCode.NotFound);

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

/// <param name="Quotas">How many shoppers have the quota that the list says.</param>
internal sealed record QuotaImportBody(int Quotas);
