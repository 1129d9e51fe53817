using System.Globalization;

namespace Seckill.Load;

/// <summary>The medians, as a table.</summary>
internal static class Table
{
    public static void Write(IEnumerable<SetUp> setUps, IReadOnlyDictionary<(SetUp SetUp, string Row), List<Measure>> measures)
    {
        foreach (var setUp in setUps)
        {
            var rows = Rows.All.Select(row => (row.Name, Measures: measures.GetValueOrDefault((setUp, row.Name)) ?? [])).Where(row => row.Measures.Count > 0).ToList();
            var columns = rows.SelectMany(row => row.Measures).SelectMany(measure => measure.Values.Keys).Distinct().ToList();
            Console.WriteLine($"\n### {setUp.Name}\n");
            Console.WriteLine($"| row | {string.Join(" | ", columns)} |");
            Console.WriteLine($"|---|{string.Concat(columns.Select(_ => "---:|"))}");
            foreach (var (name, list) in rows)
            {
                Console.WriteLine($"| {name} | {string.Join(" | ", columns.Select(column => Median([.. list.Where(m => m.Values.ContainsKey(column)).Select(m => m.Values[column])])))} |");
            }
        }
    }

    public static string Format(double value) => value switch
    {
        0 => "0",
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static string Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? "" : Format(values[values.Count / 2]);
    }
}
