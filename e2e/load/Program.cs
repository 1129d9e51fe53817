using System.Globalization;
using Microsoft.AspNetCore.SignalR;
using Seckill.Drills;
using Seckill.Load;

const string Usage = "Seckill.Load [--rounds n] [--only part-of-a-row|another] [--set-up part-of-a-name] [--program file]";
if (Options.Read(args, Usage) is not { } options)
{
    return 2;
}

var repository = Root();
var program = Path.GetFullPath(options.GetValueOrDefault("--program", Path.Combine(repository, "artifacts/drills/app/Seckill.Web.dll")));
var logs = Directory.CreateDirectory(Path.Combine(repository, "artifacts/load")).FullName;
var rounds = int.Parse(options.GetValueOrDefault("--rounds", "3"), CultureInfo.InvariantCulture);
var only = options.GetValueOrDefault("--only", "").Split('|');
SetUp[] setUps = [.. new SetUp[] { new(true, "Queued", true), new(true, "Queued", false), new(true, "Written", true), new(false, "Written", true) }
    .Where(setUp => setUp.Name.Contains(options.GetValueOrDefault("--set-up", ""), StringComparison.OrdinalIgnoreCase))];
var measures = new Dictionary<(SetUp, string), List<Measure>>();
var failed = false;
for (var round = 1; round <= rounds; round++)
{
    foreach (var setUp in setUps)
    {
        await using var bench = await Bench.StartAsync(setUp, program, Path.Combine(logs, $"{setUp.Name.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-')}.log"));
        var limit = 0.0;
        foreach (var row in Rows.All.Where(row => row.Applies(setUp) && (row.Name == Rows.LimitName || IsWanted(row))))
        {
            try
            {
                var measure = await row.MeasureAsync(bench);
                if (!measures.TryGetValue((setUp, row.Name), out var list))
                {
                    measures[(setUp, row.Name)] = list = [];
                }

                limit = row.Name == Rows.LimitName ? measure.Values[Bench.Rate] : limit;
                var values = measure.Values.TryGetValue(Bench.Rate, out var rate) ? new Dictionary<string, double>(measure.Values) { ["× limit"] = rate / limit } : measure.Values;
                list.Add(new(values));
                Console.WriteLine($"{round}  {setUp.Name}  {row.Name}: {string.Join("  ", values.Select(pair => $"{pair.Key} {Table.Format(pair.Value)}"))}");
            }
            catch (Exception e) when (e is DrillException or HubException)
            {
                failed = true;
                Console.WriteLine($"{round}  {setUp.Name}  {row.Name} FAILED: {e.Message}");
            }
        }
    }
}

Table.Write(setUps, measures);
return failed ? 1 : 0;

bool IsWanted(Row row) => only.Any(part => (part.Length > 0 || !row.OnlyIfNamed) && row.Name.Contains(part, StringComparison.OrdinalIgnoreCase));

static string Root()
{
    var directory = new DirectoryInfo(AppContext.BaseDirectory);
    while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Seckill.sln")))
    {
        directory = directory.Parent;
    }

    return directory?.FullName ?? Environment.CurrentDirectory;
}
