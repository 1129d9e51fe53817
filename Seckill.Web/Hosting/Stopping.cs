namespace Seckill.Web.Hosting;

/// <summary>How the site goes.</summary>
internal static class Stopping
{
    /// <summary>
    /// A process that stops closes the lines that pages keep open, and they try at once to come back. Here they would find it still
    /// listening, and it would wait for them until its patience is over.
    /// </summary>
    public static void RefuseLinesWhenStopping(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.UseWhen(
            context => stopping.IsCancellationRequested && IsLine(context.Request.Path),
            refused => refused.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }));
    }

    private static bool IsLine(PathString path) => path.StartsWithSegments("/_blazor", StringComparison.Ordinal) || path.StartsWithSegments("/hubs", StringComparison.Ordinal);
}
