using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class ApiErrorsTests
{
    private readonly Log _log = new();

    [Fact]
    public async Task Invoke_Unexpected_TellsAnIdAndLogsTheRest()
    {
        var (code, message) = await AnswerAsync(_ => throw new InvalidOperationException("the secret"));

        Assert.Equal(ApiCode.Unexpected, code);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        var (level, line, exception) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Equal("the secret", exception!.Message);
        Assert.Contains(line.Split(' ')[^1], message, StringComparison.Ordinal);
    }

    [Theory, InlineData(5), InlineData(6), InlineData(8), InlineData(10), InlineData(13), InlineData(14)]
    public async Task Invoke_DatabaseAwayLockedOrFull_SaysTryAgain(int sqliteError)
    {
        var (code, _) = await AnswerAsync(_ => throw new DbUpdateException("not saved", new SqliteException("busy", sqliteError)));

        Assert.Equal(ApiCode.NotTaken, code);
        Assert.Equal(LogLevel.Warning, Assert.Single(_log.Lines).Level);
    }

    [Fact]
    public async Task Invoke_DatabaseRejectsARow_IsUnexpected()
    {
        var (code, _) = await AnswerAsync(_ => throw new DbUpdateException("not saved", new SqliteException("constraint", 19)));

        Assert.Equal(ApiCode.Unexpected, code);
    }

    [Theory]
    [InlineData(StatusCodes.Status400BadRequest, ApiCode.Invalid)]
    [InlineData(StatusCodes.Status413PayloadTooLarge, ApiCode.TooLarge)]
    [InlineData(StatusCodes.Status418ImATeapot, ApiCode.Invalid)]
    public async Task Invoke_BadRequestOfTheServer_IsNoError(int status, int code)
    {
        var (answered, _) = await AnswerAsync(_ => throw new BadHttpRequestException("bad", status));

        Assert.Equal(code, answered);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized, ApiCode.NotSignedIn)]
    [InlineData(StatusCodes.Status403Forbidden, ApiCode.NotAllowed)]
    [InlineData(StatusCodes.Status404NotFound, ApiCode.NotFound)]
    [InlineData(StatusCodes.Status415UnsupportedMediaType, ApiCode.NotJson)]
    public async Task Invoke_BareStatus_BecomesAnEnvelope(int status, int code)
    {
        var (answered, _) = await AnswerAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(code, answered);
    }

    [Fact]
    public async Task Invoke_CallerWentAway_IsNoError()
    {
        using var gone = new CancellationTokenSource();
        var context = Context();
        context.RequestAborted = gone.Token;

        await Errors(c =>
        {
            gone.Cancel();
            return Task.FromCanceled(c.RequestAborted);
        }).InvokeAsync(context);

        Assert.Equal(StatusCodes.Status499ClientClosedRequest, context.Response.StatusCode);
        Assert.Empty(_log.Lines);
    }

    private async Task<(int Code, string Message)> AnswerAsync(RequestDelegate endpoint)
    {
        var context = Context();
        await Errors(endpoint).InvokeAsync(context);

        var body = ((MemoryStream)context.Response.Body).ToArray();
        var envelope = JsonDocument.Parse(Encoding.UTF8.GetString(body)).RootElement;
        var code = envelope.GetProperty("code").GetInt32();
        Assert.Equal(ApiCode.StatusOf(code), context.Response.StatusCode);
        return (code, envelope.GetProperty("message").GetString()!);
    }

    private static DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext { Request = { Method = "POST", Path = "/api/orders/1/pay" }, Response = { Body = new MemoryStream() } };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new ApiMetadata()), "an endpoint of the API"));
        return context;
    }

    private ApiErrors Errors(RequestDelegate endpoint) => new(endpoint, new ApiRoutes(new DefaultEndpointDataSource()), _log);

    private sealed class Log : ILogger<ApiErrors>
    {
        public List<(LogLevel Level, string Line, Exception? Exception)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), exception));
    }
}
