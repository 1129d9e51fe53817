using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Seckill.Core;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>Marks an endpoint that takes <c>offset</c> and <c>limit</c>, for the API's description.</summary>
internal sealed record PagingMetadata;

/// <summary>Which part of a list is asked for.</summary>
internal sealed class Paging : IReadFromRequest, IEndpointParameterMetadataProvider
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    public int Offset { get; private init; }

    public int Limit { get; private init; } = DefaultLimit;

    public Refusal? Refusal { get; private init; }

    public static ValueTask<Paging> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var offset = Read(query["offset"], 0);
        var limit = Read(query["limit"], DefaultLimit);
        List<FieldError> errors = [];
        if (offset is null or < 0)
        {
            errors.Add(new("offset", "min", 0));
        }

        if (limit is null or < 1 or > MaxLimit)
        {
            errors.Add(new("limit", "range", 1, MaxLimit));
        }

        return ValueTask.FromResult(errors.Count > 0
            ? new Paging { Refusal = Refusal.Fields(errors) }
            : new Paging { Offset = offset!.Value, Limit = limit!.Value });
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new PagingMetadata());

    private static int? Read(string? text, int otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}

internal static class Flags
{
    /// <summary><c>true</c>, <c>false</c>, or null when it is left out; anything else is an error of that field.</summary>
    public static bool? Flag(this IQueryCollection query, string field, List<FieldError> errors)
    {
        switch (query[field].ToString())
        {
            case "":
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                errors.Add(new(field, "boolean"));
                return null;
        }
    }
}
