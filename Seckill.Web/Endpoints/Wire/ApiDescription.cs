using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>The codes that an endpoint answers beside those that every endpoint of its kind has.</summary>
internal sealed record RefusalMetadata(IReadOnlyList<int> Codes);

/// <summary>Marks an endpoint that takes an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotencyKeyMetadata(bool Required = false);

/// <summary>A parameter of the query that an endpoint reads by itself, for the API's description.</summary>
internal sealed record QueryMetadata(string Name, string Description);

/// <summary>The API's description at /openapi/v1.json, and a page to browse it at /scalar.</summary>
internal static class ApiDescription
{
    private const string Token = "bearer";
    private const string UserId = "userId";
    private const string GatewayKey = "gatewayKey";
    private const string Cookie = "cookie";
    private const string RefusalSchema = "Refusal";

    public static TBuilder Refuses<TBuilder>(this TBuilder builder, params IReadOnlyList<int> codes) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RefusalMetadata(codes));

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(DescribeDocumentAsync);
        options.AddOperationTransformer(DescribeOperationAsync);
        options.AddSchemaTransformer(DescribeSchema);
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        routes.MapScalarApiReference(options => options.WithTitle("Seckill API").DisableDefaultFonts().DisableTelemetry().DisableAgent());
    }

    private static async Task DescribeDocumentAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Seckill API";
        document.Info.Version = "v1";
        document.Info.Description =
            """
            Every answer is `{ "code": 0, "message": "…", "data": … }`. Code 0 is success and always HTTP 200; any other code says why not, its first
            three digits are the HTTP status, and `message` is for a person, in the language of `Accept-Language` (Chinese or English).

            Ids are strings, prices numbers in yuan with two decimals, times ISO 8601 UTC. Whatever asks to be tried again says when in `Retry-After`.
            """;
        document.Servers = null;
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token that signing in answers." },
            [Cookie] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "Seckill", Description = "The site's cookie; writes must come from the same origin." },
            [UserId] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "User-Id",
                Description = "With the right Gateway-Key: who is calling. Beside a token it must be the token's user; alone it is never believed.",
            },
            [GatewayKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = Gateway.KeyHeader, Description = "From a gateway that has authenticated the user." },
        };

        var refusal = await context.GetOrCreateSchemaAsync(typeof(Envelope<RefusalData>), cancellationToken: cancellationToken);
        refusal.Description = "`data` is null unless the code's description names something in it.";
        document.AddComponent(RefusalSchema, refusal);
    }

    private static async Task DescribeOperationAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var body = metadata.OfType<BodyMetadata>().FirstOrDefault();
        var paged = metadata.OfType<PagingMetadata>().Any();
        var key = metadata.OfType<IdempotencyKeyMetadata>().FirstOrDefault();
        var needs = metadata.OfType<NeedsRole>().LastOrDefault();

        if (body is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken) },
                },
            };
        }

        if (paged)
        {
            AddParameter(operation, "offset", ParameterLocation.Query, Number(0, null, 0), "How many to leave out from the front.");
            AddParameter(operation, "limit", ParameterLocation.Query, Number(1, Paging.MaxLimit, Paging.DefaultLimit), "How many to answer at most.");
        }

        var query = metadata.OfType<QueryMetadata>().ToList();
        foreach (var parameter in query)
        {
            AddParameter(operation, parameter.Name, ParameterLocation.Query, new OpenApiSchema { Type = JsonSchemaType.String }, parameter.Description);
        }

        var upload = metadata.OfType<UploadMetadata>().FirstOrDefault();
        if (upload is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["multipart/form-data"] = new()
                    {
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Properties = new Dictionary<string, IOpenApiSchema> { [upload.Part] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                        },
                    },
                },
            };
            if (upload.MediaType is { } mediaType)
            {
                operation.RequestBody.Content![mediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }

        if (key is not null)
        {
            AddParameter(
                operation,
                GrabHandler.KeyHeader,
                ParameterLocation.Header,
                new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 64, Pattern = "^[A-Za-z0-9_-]{1,64}$" },
                "Makes the request safe to repeat: the same key answers as the first time.",
                key.Required);
        }

        List<int> codes = [.. metadata.OfType<RefusalMetadata>().SelectMany(m => m.Codes), ApiCode.Unexpected];
        if (body is not null || upload is not null)
        {
            codes.AddRange([ApiCode.TooLarge, ApiCode.NotJson]);
        }

        if (body is not null || paged || upload is not null || key is not null || query.Count > 0)
        {
            codes.Add(ApiCode.Invalid);
        }

        if (needs is not null)
        {
            codes.AddRange([ApiCode.NotSignedIn, ApiCode.NotAllowed]);
            operation.Security =
            [
                Needs(context.Document!, Token),
                Needs(context.Document!, Cookie),
                Needs(context.Document!, UserId, GatewayKey),
            ];
            if (needs.Role != UserRole.Shopper)
            {
                operation.Description = string.Join("\n\n", new[] { operation.Description, needs.Role == UserRole.Admin ? "For admins." : "For sellers and admins, on their own things." }.OfType<string>());
            }
        }

        DescribeRefusals(operation, codes, new OpenApiSchemaReference(RefusalSchema, context.Document));
    }

    private static void DescribeRefusals(OpenApiOperation operation, IEnumerable<int> codes, OpenApiSchemaReference schema)
    {
        operation.Responses ??= [];
        if (operation.Responses.TryGetValue("200", out var done))
        {
            done.Description = "Code 0: done.";
        }

        foreach (var status in codes.Distinct().Order().GroupBy(ApiCode.StatusOf))
        {
            var response = new OpenApiResponse
            {
                Description = string.Join(" · ", status.Select(code => $"{code} {MeaningOf(code)}")),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
            };
            if (status.Any(code => code is ApiCode.TooManyRequests or ApiCode.NotTaken or ApiCode.Unknown))
            {
                response.Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait before another try.", Schema = Number(1, null, null) },
                };
            }

            operation.Responses[status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        }
    }

    // A schema's generator knows nothing of the converters that make a long a string and a decimal a price.
    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var nullable = Nullable.GetUnderlyingType(type) is not null;
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var none = nullable ? JsonSchemaType.Null : 0;
        if (bare == typeof(long) && context.JsonPropertyInfo?.CustomConverter is not CountConverter)
        {
            schema.Type = JsonSchemaType.String | none;
            schema.Format = null;
            schema.Pattern = "^[0-9]{1,19}$";
        }
        else if (bare == typeof(long))
        {
            schema.Type = JsonSchemaType.Integer;
            schema.Format = "int64";
        }
        else if (bare == typeof(decimal))
        {
            schema.Type = JsonSchemaType.Number | none;
            schema.Format = null;
            schema.MultipleOf = 0.01m;
        }
        else if (bare == typeof(DateTime))
        {
            schema.Type = JsonSchemaType.String | none;
            schema.Format = "date-time";
        }

        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Needs(OpenApiDocument document, params ReadOnlySpan<string> schemes)
    {
        var requirement = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes)
        {
            requirement[new OpenApiSecuritySchemeReference(scheme, document)] = [];
        }

        return requirement;
    }

    private static void AddParameter(OpenApiOperation operation, string name, ParameterLocation place, OpenApiSchema schema, string description, bool required = false)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = place, Required = required, Schema = schema, Description = description });
    }

    private static OpenApiSchema Number(int min, int? max, int? otherwise) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = min.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = max?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Default = otherwise is null ? null : JsonValue.Create(otherwise.Value),
    };

    private static string MeaningOf(int code) => code switch
    {
        ApiCode.Invalid => "invalid request; the message names the fields",
        ApiCode.NotSignedIn => "not signed in",
        ApiCode.NotAllowed => "not allowed",
        ApiCode.NotFound => "not found",
        ApiCode.NotStarted => "not started",
        ApiCode.Ended => "ended",
        ApiCode.SoldOutForNow => "sold out for now, or fewer left than asked: `data.left`",
        ApiCode.OverLimit => "over your limit",
        ApiCode.Paused => "paused",
        ApiCode.TooLate => "too late to pay",
        ApiCode.StateChanged => "state changed meanwhile",
        ApiCode.Declined => "payment declined",
        ApiCode.NameTaken => "name taken",
        ApiCode.Overlaps => "sales overlap",
        ApiCode.TooLarge => "too large",
        ApiCode.NotJson => "not JSON, or not multipart where a file is sent",
        ApiCode.KeyReused => "idempotency key reused for another request",
        ApiCode.TooManyRequests => "too many requests",
        ApiCode.NotTaken => "nothing was done, try again",
        ApiCode.Unknown => "outcome not known yet: ask with `data.seckillId`",
        _ => "unexpected; the message has an id to quote",
    };
}
