using System.Globalization;

namespace Seckill.Load;

/// <summary>What a process has used, as the system counts it.</summary>
internal static class Usage
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of CPU, of all its threads.</summary>
    public static double CpuSecondsOf(int processId) => CpuSeconds(File.ReadAllText($"/proc/{processId}/stat"));

    /// <summary>Seconds of CPU that went into compiling code better which runs already.</summary>
    public static double CompilerSecondsOf(int processId) =>
        Directory.GetDirectories($"/proc/{processId}/task").Select(TryRead).Where(stat => stat.Contains("(.NET Tiered Com", StringComparison.Ordinal)).Sum(CpuSeconds);

    // A thread may be gone since it was listed.
    private static string TryRead(string thread)
    {
        try
        {
            return File.ReadAllText($"{thread}/stat");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static double CpuSeconds(string stat)
    {
        // The name, in parentheses, may contain anything; the fields count from after it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Bytes of memory.</summary>
    public static long MemoryOf(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
