using System.Diagnostics;
using System.Globalization;

namespace Seckill.Drills;

/// <summary>A small disk of its own, in memory. Needs the right to mount.</summary>
internal static class Disk
{
    public static bool CanMount => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    public static Task MountAsync(string directory, long bytes) =>
        RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", directory);

    public static Task UnmountAsync(string directory) => RunAsync("umount", directory);

    /// <summary>Takes what is left of it. The file that does so.</summary>
    public static async Task<string> FillAsync(string directory)
    {
        var path = Path.Combine(directory, "filler");
        await using var file = File.Create(path);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                await file.WriteAsync(block);
                await file.FlushAsync();
            }
        }
        catch (IOException)
        {
            return path;
        }
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new DrillException($"{command} {string.Join(' ', arguments)} failed ({process.ExitCode}).");
        }
    }
}
