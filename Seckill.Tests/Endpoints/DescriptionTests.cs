using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Endpoints;

public sealed class DescriptionTests
{
    [Fact]
    public async Task OpenApi_EveryEndpoint_IsDescribed()
    {
        var app = await SharedApp.StartedAsync();
        var paths = (await DescriptionAsync(app)).GetProperty("paths");
        var described = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));

        var mapped = app.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {e.RoutePattern.RawText!.Replace(":long", "", StringComparison.Ordinal).TrimEnd('/')}"));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenApi_EveryOperation_SaysWhatItDoesAndAnswers()
    {
        var app = await SharedApp.StartedAsync();
        var paths = (await DescriptionAsync(app)).GetProperty("paths");

        Assert.All(paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()), operation =>
        {
            Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
            Assert.True(operation.Value.GetProperty("responses").TryGetProperty("200", out var done), operation.Value.GetRawText());
            Assert.True(done.TryGetProperty("content", out _), operation.Value.GetRawText());
            Assert.True(operation.Value.GetProperty("responses").TryGetProperty("500", out _));
        });
    }

    [Fact]
    public async Task OpenApi_Grab_NamesKeySecurityAndCodes()
    {
        var app = await SharedApp.StartedAsync();
        var document = await DescriptionAsync(app);
        var grab = document.GetProperty("paths").GetProperty("/api/seckill").GetProperty("post");

        Assert.Contains(grab.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.Equal(3, grab.GetProperty("security").GetArrayLength());
        Assert.Contains("40903", grab.GetProperty("responses").GetProperty("409").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.True(grab.GetProperty("responses").GetProperty("503").GetProperty("headers").TryGetProperty("Retry-After", out _));
        Assert.Equal("#/components/schemas/Refusal", grab.GetProperty("responses").GetProperty("409").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        Assert.True(document.GetProperty("components").GetProperty("schemas").TryGetProperty("Refusal", out _));
        Assert.Equal("string", grab.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").GetProperty("productId").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Scalar_Page_LoadsNothingFromElsewhere()
    {
        var app = await SharedApp.StartedAsync();
        using var http = new HttpClient { BaseAddress = app.Address };

        var page = await http.GetStringAsync("/scalar/", SeckillApp.Token);
        var script = await http.GetAsync("/scalar/scalar.js", SeckillApp.Token);

        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.True(script.IsSuccessStatusCode);
    }

    private static async Task<JsonElement> DescriptionAsync(SeckillApp app)
    {
        using var http = new HttpClient { BaseAddress = app.Address };
        return JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", SeckillApp.Token)).RootElement;
    }
}
