using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Seckill.Drills;

const string Usage = "Seckill.Drills [--length n] [--minutes n] [--at-once n] [--only part-of-a-name|another] [--report file] [--results file] [--program file] [--summary file] [--list]";
if (Options.Read([.. args.Where(arg => arg != "--list")], Usage) is not { } options)
{
    return 2;
}

var repository = Root();
Drill.Program = Path.GetFullPath(options.GetValueOrDefault("--program", Path.Combine(repository, "artifacts/drills/app/Seckill.Web.dll")));
Drill.Logs = Path.Combine(repository, "artifacts/drills/logs");
Drill.Length = int.Parse(options.GetValueOrDefault("--length", "1"), CultureInfo.InvariantCulture);
if (options.TryGetValue("--minutes", out var minutes))
{
    Drill.AtMost = TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture));
}

var only = options.GetValueOrDefault("--only", "");
var drills = Book.Of(Drill.Length).Where(drill => only.Split('|').Any(part => drill.Name.Contains(part, StringComparison.OrdinalIgnoreCase))).ToList();
if (args.Contains("--list"))
{
    drills.ForEach(drill => Console.WriteLine(drill.Name));
    return 0;
}

// Of all runs that were kept in that file.
if (options.TryGetValue("--summary", out var kept))
{
    Console.Write(Result.Table(Result.Read(kept)));
    return 0;
}

if (!File.Exists(Drill.Program))
{
    Console.Error.WriteLine("The program for drills is not there. Build it: dotnet publish Seckill.Web -c Release -p:Drills=true -o artifacts/drills/app");
    return 2;
}

if (Directory.Exists(Drill.Logs))
{
    Directory.Delete(Drill.Logs, recursive: true);
}

Directory.CreateDirectory(Drill.Logs);
var began = Stopwatch.GetTimestamp();
var results = new ConcurrentDictionary<Drill, Result>();
await Parallel.ForEachAsync(
    drills,
    new ParallelOptions { MaxDegreeOfParallelism = int.Parse(options.GetValueOrDefault("--at-once", "5"), CultureInfo.InvariantCulture) },
    async (drill, _) =>
    {
        await drill.PlayAsync();
        var result = results[drill] = Result.Of(drill);
        if (options.TryGetValue("--results", out var file))
        {
            lock (results)
            {
                result.AppendTo(file);
            }
        }

        var verdict = result.Verdict switch
        {
            Result.Held => "sold exactly N, nothing lost, nothing twice",
            Result.NotDone => $"not done: {drill.Skipped}",
            _ => result.Verdict,
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{drill.Name}: {verdict} ({drill.Took.TotalSeconds:0} s)"));
        foreach (var violation in drill.Violations.Take(10))
        {
            Console.WriteLine($"    {violation}");
        }
    });

Console.WriteLine();
Console.Write(Result.Table(drills.Select(drill => results[drill])));
var (passed, failed) = (drills.Count(drill => drill.Skipped is null && drill.Violations.Count == 0), drills.Count(drill => drill.Violations.Count > 0));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{passed} passed, {failed} failed, {drills.Count - passed - failed} not done, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
if (options.TryGetValue("--report", out var report))
{
    // The form that the other suites report in.
    var tests = drills.Where(drill => drill.Skipped is null)
        .Select(drill => new { name = string.Join(": ", [drill.Name, .. drill.Violations.Take(1)]), status = drill.Violations.Count == 0 ? "passed" : "failed" });
    await File.WriteAllTextAsync(report, JsonSerializer.Serialize(new { results = new { summary = new { passed, failed }, tests } }));
}

return failed == 0 && passed > 0 ? 0 : 1;

static string Root()
{
    var directory = new DirectoryInfo(AppContext.BaseDirectory);
    while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Seckill.sln")))
    {
        directory = directory.Parent;
    }

    return directory?.FullName ?? Environment.CurrentDirectory;
}
