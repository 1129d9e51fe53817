using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Seckill.Drills;

/// <summary>One drill: what is done to the program, and what came of it.</summary>
internal sealed class Drill(string name, Store store, Acknowledge acknowledge, Func<Drill, Task> play)
{
    private static readonly long Began = Stopwatch.GetTimestamp();

    private readonly ConcurrentBag<string> _violations = [];
    private readonly ConcurrentDictionary<string, double> _figures = new();

    /// <summary>The program, built with its kill points.</summary>
    public static string Program { get; set; } = "";

    public static string Logs { get; set; } = "";

    /// <summary>How long: 1 is short.</summary>
    public static int Length { get; set; } = 1;

    /// <summary>After so much time no further round is begun; the books are closed and the verdict is given.</summary>
    public static TimeSpan AtMost { get; set; } = Timeout.InfiniteTimeSpan;

    public static bool TimeIsUp => AtMost != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(Began) > AtMost;

    public string Name => $"{name}, {store}, {acknowledge}";

    public Store Store => store;

    public Acknowledge Acknowledge => acknowledge;

    public TimeSpan Took { get; private set; }

    /// <summary>Why it could not be done here.</summary>
    public string? Skipped { get; private set; }

    public IReadOnlyCollection<string> Violations => _violations;

    public IReadOnlyDictionary<string, double> Figures => _figures;

    /// <summary>Data of the store was destroyed and winners do not wait for their orders.</summary>
    public bool MayLose => acknowledge == Acknowledge.Queued;

    public string LogFile(int process) => Path.Combine(Logs, $"{Name.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-').ToLowerInvariant()}.{process}.log");

    public void Violated(string words) => _violations.Add(words);

    public void Note(string what, double figure) => _figures[what] = figure;

    public void Skip(string why) => Skipped = why;

    public async Task PlayAsync()
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await play(this);
        }
        catch (Exception e)
        {
            Violated(e is DrillException ? e.Message : e.ToString());
        }

        Took = Stopwatch.GetElapsedTime(began);
    }
}
