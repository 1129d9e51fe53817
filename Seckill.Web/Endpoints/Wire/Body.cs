using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Seckill.Core;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>A parameter that could not be read from the request; its refusal is the answer.</summary>
internal interface IReadFromRequest
{
    Refusal? Refusal { get; }
}

/// <summary>What an endpoint's JSON body must look like, for the API's description.</summary>
internal sealed record BodyMetadata(Type Type, bool Required);

/// <summary>A JSON body. Whatever is wrong with it is refused in the house's envelope before the endpoint runs.</summary>
internal class Body<T> : IReadFromRequest, IEndpointParameterMetadataProvider
    where T : class
{
    protected Body(T? value, Refusal? refusal)
    {
        Value = value!;
        Refusal = refusal;
    }

    /// <summary>Never null inside an endpoint.</summary>
    public T Value { get; }

    public Refusal? Refusal { get; }

    public static async ValueTask<Body<T>> BindAsync(HttpContext context)
    {
        var (value, refusal) = await ReadAsync(context);
        return new(value, refusal);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyMetadata(typeof(T), Required: true));

    protected static async ValueTask<(T? Value, Refusal? Refusal)> ReadAsync(HttpContext context)
    {
        if (JsonBody.Check(context) is { } refusal)
        {
            return (null, refusal);
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync(context.Request.BodyReader, ApiJson.TypeOf<T>(), context.RequestAborted);
            return value is null ? (null, Refusal.NoBody) : (value, null);
        }
        catch (JsonException e)
        {
            return (null, JsonBody.WhyNot(e));
        }
    }
}

/// <summary>A JSON body that may be left out.</summary>
internal sealed class OptionalBody<T> : Body<T>, IEndpointParameterMetadataProvider
    where T : class, new()
{
    private OptionalBody(T? value, Refusal? refusal)
        : base(value, refusal)
    {
    }

    public static new async ValueTask<OptionalBody<T>> BindAsync(HttpContext context)
    {
        if (!JsonBody.IsThere(context))
        {
            return new(new T(), null);
        }

        var (value, refusal) = await ReadAsync(context);
        return new(value, refusal);
    }

    public static new void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyMetadata(typeof(T), Required: false));
}

internal static class JsonBody
{
    private const int MaxBytes = 64 * 1024;

    public static bool IsThere(HttpContext context) =>
        context.Request.ContentLength != 0 && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    /// <summary>What is wrong with a body before it is read, or null.</summary>
    public static Refusal? Check(HttpContext context)
    {
        if (!IsThere(context))
        {
            return Refusal.NoBody;
        }

        if (!context.Request.HasJsonContentType())
        {
            return Refusal.NotJson;
        }

        var max = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? MaxBytes;
        if (context.Request.ContentLength > max)
        {
            return Refusal.TooLarge;
        }

        // A body without a length is counted by the server while it comes.
        if (context.Request.ContentLength is null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = max;
        }

        return null;
    }

    public static Refusal WhyNot(JsonException e)
    {
        // "$.quantity" or "$[3].role" is the path of the value that could not be read; without one the text is not JSON at all. The one
        // list that is sent as a body is of users.
        return e.Path switch
        {
            ['$', '.', .. { Length: > 0 } field] => Refusal.Fields(new FieldError(field, RuleOf(e))),
            ['$', '[', ..] path => Refusal.Fields(new FieldError("users" + path[1..], RuleOf(e))),
            _ => Refusal.BrokenJson,
        };

        static string RuleOf(JsonException e) => e is RuleException own ? own.Rule : "type";
    }
}
