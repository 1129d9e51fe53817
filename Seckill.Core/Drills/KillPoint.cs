using System.Diagnostics;
using System.Globalization;

namespace Seckill.Core;

/// <summary>Kills this process (-9) when it passes <c>Drills__KillAt</c> for the <c>Drills__KillAfter</c>th time.</summary>
internal static partial class KillPoint
{
    private static readonly string? At = Environment.GetEnvironmentVariable("Drills__KillAt");
    private static int _passes = int.TryParse(Environment.GetEnvironmentVariable("Drills__KillAfter"), NumberStyles.None, CultureInfo.InvariantCulture, out var passes) ? passes : 1;

    static partial void Reached(string point)
    {
        if (point == At && Interlocked.Decrement(ref _passes) == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
