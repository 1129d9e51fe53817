using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Seckill.Core;

/// <summary>
/// Kills this process (-9) when it passes <c>Drills__KillAt</c>, or freezes it (SIGSTOP) at <c>Drills__FreezeAt</c>, the
/// <c>Drills__After</c>th time.
/// </summary>
internal static partial class KillPoint
{
    private const int SigStop = 19;

    private static readonly string? KillAt = Environment.GetEnvironmentVariable("Drills__KillAt");
    private static readonly string? FreezeAt = Environment.GetEnvironmentVariable("Drills__FreezeAt");
    private static int _passes = int.TryParse(Environment.GetEnvironmentVariable("Drills__After"), NumberStyles.None, CultureInfo.InvariantCulture, out var passes) ? passes : 1;

    static partial void Reached(string point)
    {
        if ((point == KillAt || point == FreezeAt) && Interlocked.Decrement(ref _passes) == 0)
        {
            using var self = Process.GetCurrentProcess();
            if (point == FreezeAt)
            {
                _ = Signal(self.Id, SigStop);
                return;
            }

            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
