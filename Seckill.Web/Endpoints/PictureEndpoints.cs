using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Seckill.Core.Sales;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static class PictureEndpoints
{
    // What a multipart body has beside the picture.
    private const int Wrapping = 64 * 1024;

    /// <summary>The pictures themselves: public, and never another one under the same name.</summary>
    public static void MapPictures(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"{ProductPictures.Address}{{name}}", [HttpMethods.Get, HttpMethods.Head], Show);

    public static void MapPictureUpload(this IEndpointRouteBuilder products) =>
        products.MapPost("/{productId:long}/image", SaveAsync).WithName("UploadProductImage")
            .WithSummary("Keeps a picture and makes it the product's")
            .WithDescription("`multipart/form-data` with one file: a JPEG, PNG or WebP picture, by its content, of up to 5 MiB and 10,000 pixels a side.")
            .WithMetadata(new UploadMetadata())
            .Refuses(ApiCode.NotFound);

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

    private static async Task<Answer<PictureBody>> SaveAsync(long productId, ProductPictures pictures, HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (!request.HasFormContentType || request.GetTypedHeaders().ContentType?.Boundary.Value?.Trim('"') is not { Length: > 0 } boundary)
        {
            return Refusal.NotMultipart;
        }

        if (request.ContentLength > ProductPictures.MaxBytes + Wrapping)
        {
            return Refusal.PictureTooLarge;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = ProductPictures.MaxBytes + Wrapping;
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    return AnswerOf(productId, await pictures.SaveAsync(context.UserId(), productId, section.Body, cancellationToken));
                }
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refusal.PictureTooLarge;
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // Not the multipart body that its header promised.
            return Refusal.NotAPicture;
        }

        return Refusal.NotAPicture;
    }

    private static Answer<PictureBody> AnswerOf(long productId, PictureResult result) => result.Outcome switch
    {
        PictureOutcome.Done => new PictureBody(productId, result.ImageUrl!, result.UpdatedAt),
        PictureOutcome.TooLarge => Refusal.PictureTooLarge,
        PictureOutcome.NotAPicture => Refusal.NotAPicture,
        _ => Refusal.NotFound,
    };
}

/// <param name="ImageUrl">Where the picture is.</param>
/// <param name="UpdatedAt">The product's, for its next change.</param>
internal sealed record PictureBody(long ProductId, string ImageUrl, DateTime UpdatedAt);
