using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>What an endpoint answers: data with code 0, or a refusal.</summary>
internal sealed class Answer<T> : IResult, IEndpointMetadataProvider
{
    private readonly T? _data;
    private readonly Refusal? _refusal;

    private Answer(T? data, Refusal? refusal)
    {
        _data = data;
        _refusal = refusal;
    }

    public static implicit operator Answer<T>(T data) => new(data, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Envelope<T>), ["application/json"]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (_refusal is not null)
        {
            return _refusal.ExecuteAsync(httpContext);
        }

        var envelope = new Envelope<T>(ApiCode.Ok, Sentences.Of("Ok", Languages.Of(httpContext)), _data);
        httpContext.Response.ContentType = ApiJson.ContentType;
        return JsonSerializer.SerializeAsync(httpContext.Response.BodyWriter, envelope, ApiJson.TypeOf<Envelope<T>>(), httpContext.RequestAborted);
    }
}
