using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Seckill.Core.Accounts;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Web.Hubs;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>
/// How values look in JSON: a <c>long</c> is an id and a string (JavaScript's numbers end at 2^53), a <c>decimal</c> is a price in yuan with two
/// decimals, a <c>DateTime</c> is UTC with a Z, an enum is camelCase.
/// </summary>
internal static class ApiJson
{
    public const string ContentType = "application/json; charset=utf-8";

    public static readonly JsonSerializerOptions Options = Configured();

    public static JsonTypeInfo<T> TypeOf<T>() => Cache<T>.Type;

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        // Chinese stays readable; what could break out of a script stays escaped.
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new IdConverter());
        options.Converters.Add(new PriceConverter());
        options.Converters.Add(new TimeConverter());
        options.Converters.Add(new CamelCase<UserRole>());
        options.Converters.Add(new CamelCase<ApplicationStatus>());
        options.Converters.Add(new CamelCase<SalePhase>());
        options.Converters.Add(new CamelCase<SeckillStatus>());
        options.Converters.Add(new CamelCase<OrderStatus>());
        options.Converters.Add(new CamelCase<RefusalReason>());
        options.Converters.Add(new CamelCase<OrderStepKind>());
        options.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
    }

    private static JsonSerializerOptions Configured()
    {
        var options = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static class Cache<T>
    {
        public static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
    }
}

/// <summary>A value that its field does not accept; <see cref="Rule"/> names the sentence that says why.</summary>
internal sealed class RuleException(string rule) : JsonException
{
    public string Rule => rule;
}

internal sealed class IdConverter : JsonConverter<long>
{
    public static bool TryParse(string? text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var id) ? id : throw new RuleException("id");

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        writer.WriteStringValue(digits[..length]);
    }
}

/// <summary>For the rare <c>long</c> that counts something and is no id.</summary>
internal sealed class CountConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt64();

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

internal sealed class PriceConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var yuan) && Yuan.IsPrice(yuan) ? yuan : throw new RuleException("price");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

internal sealed class TimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var at) ? at : throw new RuleException("time");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Write(value));

    public static string Write(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // A time without Z or offset means another moment on every machine.
    public static bool TryParse(string text, out DateTime at)
    {
        at = default;
        if (text.IndexOf('T', StringComparison.Ordinal) != 10
            || (!text.EndsWith('Z') && text.AsSpan(10).IndexOfAny('+', '-') < 0)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
        {
            return false;
        }

        at = parsed.UtcDateTime;
        return true;
    }
}

internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

internal static class Yuan
{
    public static bool IsPrice(decimal yuan) => Math.Abs(yuan) <= long.MaxValue / 100 && decimal.Round(yuan, 2) == yuan;

    public static decimal Of(long cents) => cents * 0.01m;

    public static long? ToCents(decimal? yuan) => yuan is null ? null : (long)(yuan.Value * 100);
}

[JsonSerializable(typeof(Envelope<RefusalData>))]
[JsonSerializable(typeof(Envelope<ServerTimeBody>))]
[JsonSerializable(typeof(Envelope<SeckillBody>))]
[JsonSerializable(typeof(Envelope<OrderBody>))]
[JsonSerializable(typeof(Envelope<Listing<OrderBody>>))]
[JsonSerializable(typeof(Envelope<ProductBody>))]
[JsonSerializable(typeof(Envelope<Listing<ProductItem>>))]
[JsonSerializable(typeof(SaleState))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
