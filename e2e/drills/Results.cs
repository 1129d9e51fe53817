using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Seckill.Drills;

/// <summary>What came of one drill, as it is kept.</summary>
internal sealed record Result(DateTime At, string Drill, string Verdict, double Seconds, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<string> Violations)
{
    public const string Held = "held";
    public const string Failed = "FAILED";
    public const string NotDone = "not done";

    // Sums of all runs, and the worst of them.
    private static readonly string[] Sums = ["kills", "acknowledged", "lost", "units", "paid"];
    private static readonly string[] Worst = ["settled", "slowest"];

    public static Result Of(Drill drill) => new(
        TimeProvider.System.GetUtcNow().UtcDateTime,
        drill.Name,
        drill.Skipped is not null ? NotDone : drill.Violations.Count == 0 ? Held : Failed,
        drill.Took.TotalSeconds,
        drill.Figures,
        [.. drill.Violations]);

    public void AppendTo(string file) => File.AppendAllText(file, JsonSerializer.Serialize(this) + "\n");

    public static IReadOnlyList<Result> Read(string file) => [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Result>(line)!)];

    /// <summary>A row for each drill, in the order in which they first come: its runs together, and when the last one was.</summary>
    public static string Table(IEnumerable<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| drill | verdict | runs | last (UTC) | {string.Join(" | ", Sums.Concat(Worst))} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|---|---:|---|{string.Concat(Sums.Concat(Worst).Select(_ => "---:|"))}");
        foreach (var drill in results.GroupBy(result => result.Drill))
        {
            var verdict = drill.Any(result => result.Verdict == Failed) ? Failed : drill.Last().Verdict;
            var cells = Sums.Select(sum => (Name: sum, Values: Of(sum))).Select(sum => sum.Values.Count == 0 ? "" : sum.Values.Sum().ToString("0", CultureInfo.InvariantCulture))
                .Concat(Worst.Select(Of).Select(values => values.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{values.Max():0.0} s")));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {drill.Key} | {verdict} | {drill.Count()} | {drill.Max(result => result.At):yyyy-MM-dd HH:mm} | {string.Join(" | ", cells)} |");

            List<double> Of(string name) => [.. drill.Where(result => result.Figures.ContainsKey(name)).Select(result => result.Figures[name])];
        }

        return text.ToString();
    }
}
