using System.Diagnostics;
using System.Globalization;

namespace Seckill.Drills;

/// <summary>The drill itself could not be done: nothing is said about the program.</summary>
internal sealed class DrillException(string message) : Exception(message);

internal static class Options
{
    /// <summary>What was given, by its name; null, after a word to the caller, when that is not what <paramref name="usage"/> says.</summary>
    public static Dictionary<string, string>? Read(string[] args, string usage)
    {
        var pairs = args.Chunk(2).ToList();
        if (pairs.All(pair => pair.Length == 2 && usage.Contains($"[{pair[0]} ", StringComparison.Ordinal)) && pairs.DistinctBy(pair => pair[0]).Count() == pairs.Count)
        {
            return pairs.ToDictionary(pair => pair[0], pair => pair[1]);
        }

        Console.Error.WriteLine(usage);
        return null;
    }
}

internal static class Clock
{
    public static Task PauseAsync(double milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    /// <summary>Waits for a state that may last for moments only. False when it did not come in time.</summary>
    public static async Task<bool> SpinUntilAsync(Func<bool> condition, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > atMost)
            {
                return false;
            }

            await Task.Yield();
        }

        return true;
    }

    /// <summary>Waits for something that must come about. False when it did not in time.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > atMost)
            {
                return false;
            }

            await PauseAsync(50);
        }

        return true;
    }
}

internal static class Signals
{
    public static async Task SendAsync(int processId, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
