using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Seckill.Tests.Shared;
using Seckill.Web.Accounts;

namespace Seckill.Tests.Hosting;

public sealed class StartingTests
{
    [Theory]
    [InlineData("Gateway:Key", "too-short", "Gateway:Key must be at least 16 characters")]
    [InlineData("Seckill:Roles", "web,cook", "Seckill:Roles names 'cook'")]
    [InlineData("Database:Provider", "Oracle", "Database:Provider must be Sqlite or SqlServer.")]
    public async Task Start_WrongSetting_EndsWithItsSentence(string key, string value, string sentence)
    {
        var (exitCode, output, errors) = await RunAsync(($"--{key}", value));

        Assert.Equal(1, exitCode);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressInUse_EndsWithASentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var (exitCode, output, errors) = await RunAsync(("--urls", $"http://{listener.LocalEndpoint}"));

        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("info")]
    [InlineData("time")]
    public async Task Start_RedisThatRefusesACommand_EndsWithASentence(string command)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await redis.AskAsync("ACL", "SETUSER", "narrow", "on", ">narrow", "~*", "&*", "+@all", $"-{command}");

        var (exitCode, output, errors) = await RunAsync(("--ConnectionStrings:Redis", $"{redis.ConnectionString},user=narrow,password=narrow"));

        Assert.Equal(1, exitCode);
        Assert.Matches($"Redis at .* cannot be used: NOPERM .* '{command}' command. Mend it", errors);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OfARunningSite_NamesItsChecks()
    {
        var app = await SharedApp.StartedAsync();
        using var http = new HttpClient { BaseAddress = app.Address };

        var live = await http.GetAsync("/health/live", SeckillApp.Token);
        var ready = await http.GetAsync("/health/ready", SeckillApp.Token);

        Assert.True(live.IsSuccessStatusCode);
        Assert.True(ready.IsSuccessStatusCode);
        Assert.Contains("\"sql\":{\"status\":\"Healthy\"", await ready.Content.ReadAsStringAsync(SeckillApp.Token), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", string.Join(';', ready.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OnRequest_CountGrabs()
    {
        await using var app = await SeckillApp.StartAsync(settings: ("Metrics:Prometheus", "true"));
        await app.GrabAsync(new(1, 1), shopper: 1);
        using var http = new HttpClient { BaseAddress = app.Address };

        var metrics = await http.GetStringAsync("/metrics", SeckillApp.Token);

        Assert.Contains("seckill_grabs", metrics, StringComparison.Ordinal);
        using var other = new HttpClient { BaseAddress = (await SharedApp.StartedAsync()).Address };
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/metrics", SeckillApp.Token)).StatusCode);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params (string Name, string Value)[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("seckill-");
        try
        {
            List<string> arguments = [typeof(SiteSignIn).Assembly.Location, "--Data:Directory", directory.FullName, "--urls", "http://127.0.0.1:0"];
            arguments.AddRange(settings.SelectMany(s => new[] { s.Name, s.Value }));
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory.FullName })!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(SeckillApp.Token), process.StandardError.ReadToEndAsync(SeckillApp.Token));
            await process.WaitForExitAsync(SeckillApp.Token).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, SeckillApp.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
