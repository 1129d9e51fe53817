using System.Globalization;
using System.Text.Json;
using Seckill.Core;
using Seckill.Core.Sales;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>
/// An answer other than 0. The ones without details are single instances that render their bytes once per language: in a
/// sale's first second nearly every answer is one of them.
/// </summary>
/// <param name="code">One of <see cref="ApiCode"/>.</param>
/// <param name="sentence">The name of what it says, in Resources/Messages.</param>
internal sealed class Refusal(int code, string sentence) : IResult
{
    public static readonly Refusal Invalid = new(ApiCode.Invalid, "Invalid");
    public static readonly Refusal NoBody = new(ApiCode.Invalid, "NoBody");
    public static readonly Refusal BrokenJson = new(ApiCode.Invalid, "BrokenJson");
    public static readonly Refusal NotSignedIn = new(ApiCode.NotSignedIn, "NotSignedIn");
    public static readonly Refusal WrongPassword = new(ApiCode.NotSignedIn, "WrongPassword");
    public static readonly Refusal WrongGatewayKey = new(ApiCode.NotSignedIn, "WrongGatewayKey");
    public static readonly Refusal NotAllowed = new(ApiCode.NotAllowed, "NotAllowed");
    public static readonly Refusal Suspended = new(ApiCode.NotAllowed, "Suspended");
    public static readonly Refusal OtherUser = new(ApiCode.NotAllowed, "OtherUser");
    public static readonly Refusal CrossSite = new(ApiCode.NotAllowed, "CrossSite");
    public static readonly Refusal NotFound = new(ApiCode.NotFound, "NotFound");
    public static readonly Refusal NotConfirmed = new(ApiCode.NotFound, "NotConfirmed");
    public static readonly Refusal WrongMethod = new(ApiCode.WrongMethod, "WrongMethod");
    public static readonly Refusal NotStarted = new(ApiCode.NotStarted, "NotStarted");
    public static readonly Refusal Ended = new(ApiCode.Ended, "Ended");
    public static readonly Refusal SoldOutForNow = new(ApiCode.SoldOutForNow, "SoldOutForNow") { Data = new(Left: 0) };
    public static readonly Refusal OverLimit = new(ApiCode.OverLimit, "OverLimit");
    public static readonly Refusal Paused = new(ApiCode.Paused, "Paused");
    public static readonly Refusal TooLate = new(ApiCode.TooLate, "TooLate");
    public static readonly Refusal StateChanged = new(ApiCode.StateChanged, "StateChanged");
    public static readonly Refusal ProductOnSale = new(ApiCode.StateChanged, "ProductOnSale");
    public static readonly Refusal LastAdmin = new(ApiCode.StateChanged, "LastAdmin");
    public static readonly Refusal AlreadySeller = new(ApiCode.StateChanged, "AlreadySeller");
    public static readonly Refusal Declined = new(ApiCode.Declined, "Declined");
    public static readonly Refusal NameTaken = new(ApiCode.NameTaken, "NameTaken");
    public static readonly Refusal Overlaps = new(ApiCode.Overlaps, "Overlaps");
    public static readonly Refusal TooLarge = new(ApiCode.TooLarge, "TooLarge");
    public static readonly Refusal PictureTooLarge = new(ApiCode.TooLarge, "PictureTooLarge");
    public static readonly Refusal NotAPicture = new(ApiCode.Invalid, "NotAPicture");
    public static readonly Refusal ListTooLarge = new(ApiCode.TooLarge, "ListTooLarge");
    public static readonly Refusal NotText = new(ApiCode.Invalid, "NotText");
    public static readonly Refusal EmptyList = new(ApiCode.Invalid, "EmptyList");
    public static readonly Refusal NotCsv = new(ApiCode.NotJson, "NotCsv");
    public static readonly Refusal NotMultipart = new(ApiCode.NotJson, "NotMultipart");
    public static readonly Refusal NotJson = new(ApiCode.NotJson, "NotJson");
    public static readonly Refusal KeyReused = new(ApiCode.KeyReused, "KeyReused");
    public static readonly Refusal NotNow = new(ApiCode.NotTaken, "NotNow") { RetryAfter = TimeSpan.Zero };
    public static readonly Refusal NotTaken = new(ApiCode.NotTaken, "NotTaken") { RetryAfter = TimeSpan.Zero };

    private byte[]? _english;
    private byte[]? _chinese;

    public int Code => code;

    public RefusalData? Data { get; private init; }

    /// <summary>With anything worth another try: how long to wait at least.</summary>
    private TimeSpan? RetryAfter { get; init; }

    private IReadOnlyList<FieldError> Errors { get; init; } = [];

    private IReadOnlyList<BadLine> BadLines { get; init; } = [];

    /// <summary>What fills the sentence's gap.</summary>
    private string? Argument { get; init; }

    public static Refusal Fields(params IReadOnlyList<FieldError> errors) =>
        errors.Count == 0 ? Invalid : new(ApiCode.Invalid, "Invalid") { Errors = errors };

    /// <summary>Lines of a list that are not right; the message names how many.</summary>
    public static Refusal Lines(IReadOnlyList<BadLine> lines) =>
        new(ApiCode.Invalid, "BadLines") { BadLines = lines, Argument = lines.Count.ToString(CultureInfo.InvariantCulture) };

    public static Refusal FewerLeft(int left) => new(ApiCode.SoldOutForNow, "FewerLeft") { Data = new(Left: left) };

    public static Refusal TooManyRequests(TimeSpan retryAfter) => new(ApiCode.TooManyRequests, "TooManyRequests") { RetryAfter = retryAfter };

    public static Refusal Unknown(long seckillId) => new(ApiCode.Unknown, "Unknown") { Data = new(SeckillId: seckillId), RetryAfter = TimeSpan.Zero };

    public static Refusal PaymentUnknown(long seckillId) => new(ApiCode.Unknown, "PaymentUnknown") { Data = new(SeckillId: seckillId), RetryAfter = TimeSpan.Zero };

    /// <param name="reference">What to quote; the log has the rest.</param>
    public static Refusal Unexpected(string reference) => new(ApiCode.Unexpected, "Unexpected") { Argument = reference };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var language = Languages.Of(httpContext);
        var body = ReferenceEquals(language, Languages.Chinese) ? _chinese ??= Render(language) : _english ??= Render(language);

        var response = httpContext.Response;
        response.StatusCode = ApiCode.StatusOf(code);
        response.ContentType = ApiJson.ContentType;
        response.ContentLength = body.Length;
        if (RetryAfter is { } wait)
        {
            // One to three seconds apart, or everybody refused together comes back together.
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) + Random.Shared.Next(3);
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (code == ApiCode.NotSignedIn)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    private byte[] Render(CultureInfo language)
    {
        var message = Errors.Count > 0 ? Sentences.Of(Errors, language)
            : Argument is null ? Sentences.Of(sentence, language)
            : string.Format(language, Sentences.Of(sentence, language), Argument);
        var data = BadLines.Count == 0 ? Data : new(Lines: [.. BadLines.Select(line => new RefusedLine(line.Line, line.Text, Sentences.Of(line.Error, language)))]);
        return JsonSerializer.SerializeToUtf8Bytes(new Envelope<RefusalData>(code, message, data), ApiJson.TypeOf<Envelope<RefusalData>>());
    }
}
