using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>Marks an endpoint that takes a file, for the API's description.</summary>
/// <param name="Part">What the file's part of the multipart body is called there; any name is taken.</param>
/// <param name="MediaType">Of a body that is the file itself; null: only multipart.</param>
internal sealed record UploadMetadata(string Part, string? MediaType = null);

/// <summary>What is answered when there is no file in the body.</summary>
internal sealed record UploadRefusals(Refusal OtherType, Refusal TooLarge, Refusal Broken);

/// <summary>A file in a request: the first of a multipart body or, where the endpoint takes that, the body itself. It is read as it comes.</summary>
internal static class Upload
{
    // What a multipart body has beside the file.
    private const int Wrapping = 64 * 1024;

    public static async Task<Answer<T>> ReadAsync<T>(HttpContext context, int maxBytes, UploadRefusals refusals, Func<Stream, Task<Answer<T>>> keep)
    {
        var request = context.Request;
        var type = request.GetTypedHeaders().ContentType;
        var whole = context.GetEndpoint()?.Metadata.GetMetadata<UploadMetadata>()?.MediaType is { } plain && type?.MediaType.Equals(plain, StringComparison.OrdinalIgnoreCase) == true;
        var boundary = request.HasFormContentType ? type?.Boundary.Value?.Trim('"') : null;
        if (!whole && string.IsNullOrEmpty(boundary))
        {
            return refusals.OtherType;
        }

        if (request.ContentLength > maxBytes + Wrapping)
        {
            return refusals.TooLarge;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maxBytes + Wrapping;
        }

        try
        {
            if (whole)
            {
                return await keep(request.Body);
            }

            var reader = new MultipartReader(boundary!, request.Body);
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    return await keep(section.Body);
                }
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return refusals.TooLarge;
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            // Not the multipart body that its header promised.
            return refusals.Broken;
        }

        return refusals.Broken;
    }
}
