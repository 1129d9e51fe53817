using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Seckill.Load;

/// <param name="Name">As the table says.</param>
/// <param name="Applies">To which set-ups.</param>
internal sealed record Row(string Name, Func<SetUp, bool> Applies, Func<Bench, Task<Measure>> MeasureAsync);

/// <summary>What is measured, in this order, each against "limit" in the same process.</summary>
internal static class Rows
{
    /// <summary>The row that the others are compared with.</summary>
    public const string LimitName = "limit";

    private const int Accepted = 100_000;
    private const int Mixed = 200_000;
    private const string AnyGrab = """{"productId":"7300000000000000000","quantity":1}""";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(LimitName, _ => true, LimitAsync),
        new("accepted, gateway", _ => true, bench => AcceptAsync(bench, (sale, first) => Task.FromResult<string[]>(["grab", Bench.Text(sale.ProductId), Bench.Text(first), "yes"]))),
        new("accepted, bearer token", setUp => setUp.Writes, bench => AcceptAsync(bench, async (sale, first) => ["token", Bench.Text(sale.ProductId), bench.Write("tokens", await TokensAsync(bench, first))])),
        new("refused: sold out, no key", setUp => setUp.Writes, bench => RefuseAsync(bench, "no")),
        new("refused: sold out, key", setUp => setUp.Writes, bench => RefuseAsync(bench, "yes")),
        new("mixed", setUp => setUp.Writes, MixAsync),
        new("not yet open", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["grab", Bench.Text((await bench.PlanAsync(1000, open: false)).ProductId), Bench.Text(Bench.TakeShoppers(1_000_000)), "no"], refusals: true)).Measure),
        new("status query", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["status", bench.Write("grabs", Grabs(bench))])).Measure),
        new("product detail (JSON)", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["get", $"/api/products/{(await bench.PlanAsync(1000)).ProductId}"])).Measure),
        new("product list (JSON)", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["get", "/api/products"])).Measure),
        new("product page (HTML), anonymous", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["get", $"/products/{(await bench.PlanAsync(1000)).ProductId}", "Accept:text/html"])).Measure),
        new("product page (HTML), signed in", setUp => setUp.Writes, async bench => (await bench.LoadAsync(["get", $"/products/{(await bench.PlanAsync(1000)).ProductId}", "Accept:text/html", $"Cookie:{await SiteVisitor.SignInAsync(bench.Server.Address)}"])).Measure),
    ];

    private static async Task<Measure> LimitAsync(Bench bench)
    {
        string[] mode = ["post", "/drills/limit", AnyGrab];
        await bench.LoadAsync(mode, 100_000);
        return (await bench.LoadAsync(mode)).Measure;
    }

    private static async Task<Measure> AcceptAsync(Bench bench, Func<Sale, long, Task<string[]>> mode)
    {
        var sale = await bench.PlanAsync(Accepted + 1);
        var (measure, load) = await bench.LoadAsync(await mode(sale, Bench.TakeShoppers(Accepted)), Accepted);
        if (!bench.SetUp.Writes)
        {
            await bench.CheckAsync(sale, Accepted);
            return measure;
        }

        // One second of it has passed while the last ones were answered.
        var rest = 1 + await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale", sale.SaleId, Accepted);
        await bench.CheckAsync(sale, Accepted);
        return new(new Dictionary<string, double>(measure.Values) { ["last order after s"] = rest, ["orders/s"] = Accepted / (load.Seconds + rest) });
    }

    private static async Task<Measure> RefuseAsync(Bench bench, string key)
    {
        var sale = await bench.PlanAsync(64);
        string[] Mode() => ["grab", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(1_000_000)), key];
        await bench.LoadAsync(Mode(), 64);
        var (measure, _) = await bench.LoadAsync(Mode(), refusals: true);
        await bench.CheckAsync(sale, 64);
        return measure;
    }

    private static async Task<Measure> MixAsync(Bench bench)
    {
        const int Units = 1000;
        const int Shoppers = 50_000;
        var sale = await bench.PlanAsync(Units);
        var (measure, _) = await bench.LoadAsync(["mixed", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(Shoppers)), Bench.Text(Shoppers)], Mixed, refusals: null);
        await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale", sale.SaleId, Units);
        await bench.CheckAsync(sale, Units);
        return measure;
    }

    private static async Task<IEnumerable<string>> TokensAsync(Bench bench, long first)
    {
        using var http = new HttpClient { BaseAddress = bench.Server.Address };
        return (await http.GetStringAsync(new Uri($"/drills/tokens?first={first}&count={Accepted}", UriKind.Relative))).Split('\n');
    }

    private static List<string> Grabs(Bench bench)
    {
        using var ledger = bench.OpenLedger();
        using var command = new SqliteCommand("SELECT SeckillId || ',' || UserId FROM SeckillRecords LIMIT 20000", ledger);
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
