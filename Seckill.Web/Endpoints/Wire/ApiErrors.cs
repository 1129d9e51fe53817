using System.Diagnostics;
using Seckill.Core.Persistence;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>Puts what the framework refuses and what nobody expected under /api into the envelope.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, ApiRoutes routes, ILogger<ApiErrors> logger)
{
    public Task InvokeAsync(HttpContext context) => IsApi(context.Request) ? GuardAsync(context) : next(context);

    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private async Task GuardAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";

        Refusal? refusal;
        try
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ApiMetadata>() is null)
            {
                await RefuseAddressAsync(context);
                return;
            }

            await next(context);
            if (response.HasStarted || response.StatusCode < StatusCodes.Status400BadRequest || response.ContentType is not null)
            {
                return;
            }

            refusal = RefusalOf(response.StatusCode);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!response.HasStarted)
            {
                response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }
        catch (BadHttpRequestException e) when (!response.HasStarted)
        {
            refusal = RefusalOf(e.StatusCode) ?? Refusal.Invalid;
        }
        catch (Exception e) when (!response.HasStarted && LedgerAway.Is(e))
        {
            LogAway(e, context.Request.Method, context.Request.Path);
            refusal = Refusal.NotNow;
        }
        catch (Exception e) when (!response.HasStarted)
        {
            var reference = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            LogUnexpected(e, context.Request.Method, context.Request.Path, reference);
            refusal = Refusal.Unexpected(reference);
        }

        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
        }
    }

    private Task RefuseAddressAsync(HttpContext context)
    {
        var methods = routes.MethodsOf(context.Request.Path);
        if (methods.Count == 0)
        {
            return Refusal.NotFound.ExecuteAsync(context);
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Refusal.WrongMethod.ExecuteAsync(context);
    }

    private static Refusal? RefusalOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Refusal.Invalid,
        StatusCodes.Status401Unauthorized => Refusal.NotSignedIn,
        StatusCodes.Status403Forbidden => Refusal.NotAllowed,
        StatusCodes.Status404NotFound => Refusal.NotFound,
        StatusCodes.Status405MethodNotAllowed => Refusal.WrongMethod,
        StatusCodes.Status408RequestTimeout => Refusal.Invalid,
        StatusCodes.Status413PayloadTooLarge => Refusal.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => Refusal.NotJson,
        _ => null,
    };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} could not be done: the database is away, locked or full")]
    private partial void LogAway(Exception exception, string method, string path);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed unexpectedly; its caller was told to quote {Reference}")]
    private partial void LogUnexpected(Exception exception, string method, string path, string reference);
}
