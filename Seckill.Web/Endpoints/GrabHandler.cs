using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Seckill.Core;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

/// <summary>
/// The one endpoint written by hand: in a sale's first second it is asked tens of thousands of times. It reads its two fields straight
/// from the request's bytes, needs no service scope, and answers with bytes that are ready.
/// </summary>
internal sealed class GrabHandler(GrabDesk desk, SeckillQueries seckills)
{
    public const string KeyHeader = "Idempotency-Key";

    private const int LongestKey = 64;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly byte[] GrantedInEnglish = GrantedPrefix(Languages.English);
    private static readonly byte[] GrantedInChinese = GrantedPrefix(Languages.Chinese);

    public async Task GrabAsync(HttpContext context)
    {
        var answer = await AskAsync(context);
        await (answer.Refusal?.ExecuteAsync(context) ?? GrantAsync(context, answer.SeckillId));
    }

    private async ValueTask<(Refusal? Refusal, long SeckillId)> AskAsync(HttpContext context)
    {
        if (JsonBody.Check(context) is { } unreadable)
        {
            return (unreadable, 0);
        }

        var (body, refusal) = await ReadAsync(context.Request.BodyReader, context.RequestAborted);
        if (refusal is not null)
        {
            return (refusal, 0);
        }

        if (!TryReadKey(context.Request, out var key))
        {
            return (Refusal.Fields(new FieldError(KeyHeader, "key", LongestKey)), 0);
        }

        var request = new GrabRequest(context.UserId(), body.ProductId, body.Quantity, key);
        var result = await desk.TryGrabAsync(request, context.RequestAborted);
        return result.Outcome switch
        {
            GrabOutcome.Granted => (null, result.SeckillId),
            GrabOutcome.NotStarted or GrabOutcome.Ended when key is not null => await ReplayAsync(request, RefusalOf(result), context.RequestAborted),
            _ => (RefusalOf(result), 0),
        };
    }

    /// <summary>What a caller is told of a grab that was not granted.</summary>
    public static Refusal RefusalOf(GrabResult result) => result.Outcome switch
    {
        GrabOutcome.SoldOutForNow => Refusal.SoldOutForNow,
        GrabOutcome.FewerLeft => Refusal.FewerLeft(result.Left),
        GrabOutcome.NotStarted => Refusal.NotStarted,
        GrabOutcome.Ended => Refusal.Ended,
        GrabOutcome.Paused => Refusal.Paused,
        GrabOutcome.OverLimit => Refusal.OverLimit,
        GrabOutcome.TooManyTries => Refusal.TooManyRequests(result.RetryAfter),
        GrabOutcome.KeyReused => Refusal.KeyReused,
        GrabOutcome.NotAllowed => Refusal.Suspended,
        GrabOutcome.UnknownProduct => Refusal.NotFound,
        GrabOutcome.Unknown => Refusal.Unknown(result.SeckillId),
        GrabOutcome.NotTaken => Refusal.NotTaken,
        _ => Refusal.Invalid,
    };

    // A sale that is over has left the store, and its keys with it; the ledger still knows what they took.
    private async ValueTask<(Refusal? Refusal, long SeckillId)> ReplayAsync(GrabRequest request, Refusal otherwise, CancellationToken cancellationToken)
    {
        var taken = await seckills.FindByKeyAsync(request.ProductId, request.UserId, request.IdempotencyKey!, cancellationToken);
        return taken is null ? (otherwise, 0)
            : taken.Quantity == request.Quantity ? (null, taken.SeckillId)
            : (Refusal.KeyReused, 0);
    }

    private static async ValueTask<((long ProductId, int Quantity) Body, Refusal? Refusal)> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var refusal = Parse(read.Buffer, out var body);
                reader.AdvanceTo(read.Buffer.End);
                return (body, refusal);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Refusal? Parse(in ReadOnlySequence<byte> bytes, out (long ProductId, int Quantity) body)
    {
        body = default;
        FieldError? productError = new("productId", "required");
        FieldError? quantityError = new("quantity", "required");
        try
        {
            var json = new Utf8JsonReader(bytes);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return Refusal.NoBody;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("productId"u8))
                {
                    json.Read();
                    productError = TryReadId(ref json, out body.ProductId) ? null : new("productId", "id");
                }
                else if (json.ValueTextEquals("quantity"u8))
                {
                    json.Read();
                    quantityError = json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out body.Quantity) ? new("quantity", "integer")
                        : body.Quantity < 1 ? new("quantity", "min", 1)
                        : null;
                }
                else
                {
                    json.Skip();
                }

                // A value may be an object: step over the rest of it.
                json.Skip();
            }

            // Nothing may follow the object.
            json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws for text that is no text, such as half a surrogate pair.
            return Refusal.BrokenJson;
        }

        return productError is null && quantityError is null ? null : Refusal.Fields([.. new[] { productError, quantityError }.OfType<FieldError>()]);
    }

    private static bool TryReadId(ref Utf8JsonReader json, out long id)
    {
        id = 0;
        if (json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        return json.HasValueSequence || json.ValueIsEscaped
            ? IdConverter.TryParse(json.GetString(), out id)
            : long.TryParse(json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;
    }

    private static bool TryReadKey(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(KeyHeader, out var values))
        {
            return true;
        }

        key = values.Count == 1 ? values[0] : null;
        return key is { Length: >= 1 and <= LongestKey } && !key.AsSpan().ContainsAnyExcept(KeyCharacters);
    }

    private static async Task GrantAsync(HttpContext context, long seckillId)
    {
        var prefix = ReferenceEquals(Languages.Of(context), Languages.Chinese) ? GrantedInChinese : GrantedInEnglish;
        var response = context.Response;
        response.ContentType = ApiJson.ContentType;
        response.ContentLength = Write(response.BodyWriter, prefix, seckillId);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static int Write(PipeWriter writer, byte[] prefix, long seckillId)
    {
        const int LongestId = 20;
        var end = "\"}}"u8;
        var buffer = writer.GetSpan(prefix.Length + LongestId + end.Length);
        prefix.CopyTo(buffer);
        seckillId.TryFormat(buffer[prefix.Length..], out var digits, default, CultureInfo.InvariantCulture);
        end.CopyTo(buffer[(prefix.Length + digits)..]);

        var length = prefix.Length + digits + end.Length;
        writer.Advance(length);
        return length;
    }

    private static byte[] GrantedPrefix(CultureInfo language) =>
        Encoding.UTF8.GetBytes($$"""{"code":0,"message":{{JsonSerializer.Serialize(Sentences.Of("Granted", language), ApiJson.TypeOf<string>())}},"data":{"seckillId":" """.TrimEnd());
}
