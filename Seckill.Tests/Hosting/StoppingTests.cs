using System.Net;
using Microsoft.Extensions.Hosting;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Hosting;

public sealed class StoppingTests
{
    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/hubs/sale/negotiate?negotiateVersion=1")]
    public async Task NewLine_OfProcessThatStops_IsRefused(string path)
    {
        await using var app = await SeckillApp.StartAsync();
        using var http = new HttpClient { BaseAddress = app.Address };
        var before = await AnswerAsync(http, path);
        var stopping = app.Get<IHostApplicationLifetime>();

        // The last to be told is told first: it still listens now, as it does when pages come back at once.
        var (line, other) = (default(HttpStatusCode), default(HttpStatusCode));
        stopping.ApplicationStopping.Register(() => (line, other) = Task.Run(async () => (await AnswerAsync(http, path), (await http.GetAsync("/api/time")).StatusCode)).GetAwaiter().GetResult());
        stopping.StopApplication();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (before, line, other));
    }

    private static async Task<HttpStatusCode> AnswerAsync(HttpClient http, string path) => (await http.PostAsync(path, content: null)).StatusCode;
}
