using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Seckill.Core;

namespace Seckill.Web.Hosting;

/// <summary>Starts the site, or says in a sentence why it cannot.</summary>
internal static class Starting
{
    private const string OwnAddress = "http://localhost:5080";
    private const int Failed = 1;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, WebApplication> build)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownTimeout);
            builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
            await using var app = build(builder);
            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Stopped before it had started.
            return 0;
        }
        catch (Exception e) when (SentencesOf(e) is { Count: > 0 } sentences)
        {
            foreach (var sentence in sentences)
            {
                await Console.Error.WriteLineAsync(sentence);
            }

            return Failed;
        }
    }

    /// <summary>Where the site is when nobody says where it should be.</summary>
    public static void UseOwnAddress(this WebApplicationBuilder builder)
    {
        // In appsettings.json this would win over ASPNETCORE_URLS, which the framework ranks below the files.
        var said = builder.Configuration;
        if (string.IsNullOrEmpty(said["urls"]) && string.IsNullOrEmpty(said["http_ports"]) && string.IsNullOrEmpty(said["https_ports"]) && !said.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(OwnAddress);
        }
    }

    /// <summary>What a person can mend; empty for anything else, which is a bug and keeps its stack trace.</summary>
    public static IReadOnlyList<string> SentencesOf(Exception exception) => exception switch
    {
        StartException e => [e.Message],
        OptionsValidationException e => [.. e.Failures],
        InvalidOperationException e when e.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => [e.Message],
        IOException { InnerException: AddressInUseException } e => [e.Message],
        AggregateException e when e.InnerExceptions.All(inner => SentencesOf(inner).Count > 0) => [.. e.InnerExceptions.SelectMany(SentencesOf)],
        _ => [],
    };
}
