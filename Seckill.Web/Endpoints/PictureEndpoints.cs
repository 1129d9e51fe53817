using Microsoft.Net.Http.Headers;
using Seckill.Core;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class PictureEndpoints
{
    private static readonly UploadRefusals Refusals = new(Refusal.NotMultipart, Refusal.PictureTooLarge, Refusal.NotAPicture);

    /// <summary>The pictures themselves: public, and never another one under the same name.</summary>
    public static void MapPictures(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"{ProductPictures.Address}{{name}}", [HttpMethods.Get, HttpMethods.Head], Show);

    public static void MapPictureUpload(this IEndpointRouteBuilder products) =>
        products.MapPost("/{productId:long}/image", SaveAsync).WithName("UploadProductImage")
            .WithSummary("Keeps a picture and makes it the product's")
            .WithDescription(
                "`multipart/form-data` with one file: a JPEG, PNG or WebP picture, by its content, of up to 5 MiB and 10,000 pixels a side. "
                + "With `updatedAt` as you read it, a product changed since then is left alone (40907).")
            .WithMetadata(new UploadMetadata("image"), new QueryMetadata("updatedAt", "The product's, as read; left out: whatever it is now."))
            .Refuses(ApiCode.NotFound, ApiCode.StateChanged);

    private static IResult Show(string name, ProductPictures pictures, HttpContext context)
    {
        if (pictures.Find(name) is not var (path, mediaType))
        {
            return TypedResults.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.PhysicalFile(path, mediaType, lastModified: null, entityTag: new EntityTagHeaderValue($"\"{name}\""));
    }

    private static async Task<Answer<PictureBody>> SaveAsync(long productId, ReadAt readAt, ProductPictures pictures, HttpContext context, CancellationToken cancellationToken) =>
        await Upload.ReadAsync(
            context,
            ProductPictures.MaxBytes,
            Refusals,
            async picture => AnswerOf(productId, await pictures.SaveAsync(context.UserId(), productId, picture, readAt.UpdatedAt, cancellationToken)));

    private static Answer<PictureBody> AnswerOf(long productId, PictureResult result) => result.Outcome switch
    {
        PictureOutcome.Done => new PictureBody(productId, result.ImageUrl!, result.UpdatedAt),
        PictureOutcome.TooLarge => Refusal.PictureTooLarge,
        PictureOutcome.NotAPicture => Refusal.NotAPicture,
        PictureOutcome.StateChanged => Refusal.StateChanged,
        _ => Refusal.NotFound,
    };
}

/// <summary>Which state of a product the caller has read.</summary>
internal sealed class ReadAt : IReadFromRequest
{
    public DateTime? UpdatedAt { get; private init; }

    public Refusal? Refusal { get; private init; }

    public static ValueTask<ReadAt> BindAsync(HttpContext context) => ValueTask.FromResult<ReadAt>(context.Request.Query["updatedAt"].ToString() switch
    {
        "" => new(),
        var text when TimeConverter.TryParse(text, out var updatedAt) => new() { UpdatedAt = updatedAt },
        _ => new() { Refusal = Refusal.Fields(new FieldError("updatedAt", "time")) },
    });
}

/// <param name="ImageUrl">Where the picture is.</param>
/// <param name="UpdatedAt">The product's, for its next change.</param>
internal sealed record PictureBody(long ProductId, string ImageUrl, DateTime UpdatedAt);
