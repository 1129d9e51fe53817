using System.Diagnostics;
using System.Globalization;
using Seckill.Drills;

namespace Seckill.Load;

/// <summary>What wrk saw.</summary>
/// <param name="Requests">That were answered.</param>
/// <param name="Refused">Answers that were not 2xx or 3xx.</param>
/// <param name="Broken">Connections that failed, and answers that did not come.</param>
/// <param name="CpuSeconds">Of wrk itself.</param>
internal sealed record Load(long Requests, double Seconds, long Refused, long Broken, double P50Milliseconds, double P99Milliseconds, double CpuSeconds)
{
    public double Rate => Requests / Seconds;
}

/// <summary>The load generator: one thread, and connections that ask again as soon as they were answered.</summary>
internal static class Wrk
{
    // A row that sends a number of requests ends by itself long before.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(1);

    /// <param name="connections">How many.</param>
    /// <param name="duration">How long; null for a mode with a count.</param>
    /// <param name="mode">Of shop.lua, with its count and options.</param>
    public static async Task<Load> RunAsync(Uri address, int connections, TimeSpan? duration, string[] mode)
    {
        var start = new ProcessStartInfo(
            "wrk",
            [
                "-t1", $"-c{connections}", $"-d{(int)(duration ?? Longest).TotalSeconds}s", "--timeout", "10s",
                "-s", Path.Combine(AppContext.BaseDirectory, "shop.lua"), address.ToString(), "--", .. mode,
            ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["GATEWAY_KEY"] = Server.GatewayKey;
        using var wrk = Process.Start(start)!;
        string[]? result = null;
        while (await wrk.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "sent")
            {
                // The last ones are being answered.
                await Clock.PauseAsync(Answering.TotalMilliseconds);
                await Signals.SendAsync(wrk.Id, "INT");
            }
            else if (line.StartsWith("result ", StringComparison.Ordinal))
            {
                result = line.Split(' ');
            }
        }

        await wrk.WaitForExitAsync();
        return result is not null
            ? new(Whole(1), Number(2), Whole(3), Whole(4), Number(5) / 1000, Number(6) / 1000, Number(7))
            : throw new DrillException("wrk said nothing.");

        long Whole(int i) => long.Parse(result[i], CultureInfo.InvariantCulture);
        double Number(int i) => double.Parse(result[i], CultureInfo.InvariantCulture);
    }
}
