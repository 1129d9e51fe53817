using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Seckill.Tests.Shared;

namespace Seckill.Load;

/// <param name="Name">As the table says.</param>
/// <param name="Applies">To which set-ups.</param>
/// <param name="OnlyIfNamed">It takes long, or much space.</param>
internal sealed record Row(string Name, Func<SetUp, bool> Applies, Func<Bench, Task<Measure>> MeasureAsync, bool OnlyIfNamed = false);

/// <summary>What is measured, in this order, each against "limit" in the same process.</summary>
internal static class Rows
{
    /// <summary>The row that the others are compared with.</summary>
    public const string LimitName = "limit";

    private const string Gateway = "accepted, gateway";
    private const string Token = "accepted, bearer token";
    private const int Accepted = 100_000;
    private const int Mixed = 200_000;
    private const string AnyGrab = """{"productId":"7300000000000000000","quantity":1}""";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(LimitName, _ => true, bench => bench.SteadyAsync(["post", "/drills/limit", AnyGrab])),
        new(Gateway, _ => true, bench => AcceptAsync(bench, ByGatewayAsync)),
        new(Token, setUp => setUp.Writes, bench => AcceptAsync(bench, ByTokenAsync)),
        new($"{Gateway}, 128 connections", setUp => setUp.Acknowledge == "Written", bench => AcceptAsync(bench, ByGatewayAsync, 128)),
        new($"{Token}, 128 connections", setUp => setUp.Acknowledge == "Written", bench => AcceptAsync(bench, ByTokenAsync, 128)),
        new("refused: sold out, no key", setUp => setUp.Writes, bench => RefuseAsync(bench, "no")),
        new("refused: sold out, key", setUp => setUp.Writes, bench => RefuseAsync(bench, "yes")),
        new("mixed", setUp => setUp.Writes, MixAsync),
        new("not yet open", setUp => setUp.Writes, async bench => await bench.SteadyAsync(["grab", Bench.Text((await bench.PlanAsync(1000, open: false)).ProductId), Bench.Text(Bench.TakeShoppers(1_000_000)), "no"], refusals: true)),
        new("status query", setUp => setUp.Writes, bench => bench.SteadyAsync(["status", bench.Write("grabs", Grabs(bench))])),
        new("product detail (JSON)", setUp => setUp.Writes, async bench => await bench.SteadyAsync(["get", $"/api/products/{(await bench.PlanAsync(1000)).ProductId}"])),
        new("product list (JSON)", setUp => setUp.Writes, bench => bench.SteadyAsync(["get", "/api/products"])),
        new("product page (HTML), anonymous", setUp => setUp.Writes, async bench => await bench.SteadyAsync(["get", $"/products/{(await bench.PlanAsync(1000)).ProductId}", "Accept:text/html"])),
        new("product page (HTML), signed in", setUp => setUp.Writes, async bench => await bench.SteadyAsync(["get", $"/products/{(await bench.PlanAsync(1000)).ProductId}", "Accept:text/html", $"Cookie:{(await SiteVisitor.SignInAsync(bench.Server.Address)).Cookies}"])),
        new("expiry of 100,000", setUp => setUp.Writes, ExpireAsync),
        new("5,000 watchers", setUp => setUp.Writes, bench => WatchAsync(bench, 5_000)),
        new("10,000 watchers", setUp => setUp.Writes, bench => WatchAsync(bench, 10_000)),
        new("500 circuits", setUp => setUp.Writes, OpenCircuitsAsync),
        new("a rush on one of 50 live sales", setUp => setUp.Writes, AcceptAmongManyAsync, OnlyIfNamed: true),
        new("ten million", setUp => setUp.Writes, SellTenMillionAsync, OnlyIfNamed: true),
    ];

    private static async Task<Measure> AcceptAsync(Bench bench, Func<Bench, Sale, int, Task<string[]>> modeAsync, int connections = 64)
    {
        var first = await bench.PlanAsync(Bench.WarmUp);
        await bench.LoadAsync(await modeAsync(bench, first, Bench.WarmUp), Bench.WarmUp, connections: connections);

        var sale = await bench.PlanAsync(Accepted + 1);
        var (measure, load) = await bench.LoadAsync(await modeAsync(bench, sale, Accepted), Accepted, connections: connections);
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

    private static async Task<Measure> AcceptAmongManyAsync(Bench bench)
    {
        for (var other = 1; other < 50; other++)
        {
            await bench.PlanAsync(1000);
        }

        return await AcceptAsync(bench, ByGatewayAsync);
    }

    private static Task<string[]> ByGatewayAsync(Bench bench, Sale sale, int count) =>
        Task.FromResult<string[]>(["grab", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(count)), "yes"]);

    private static async Task<string[]> ByTokenAsync(Bench bench, Sale sale, int count)
    {
        using var http = new HttpClient { BaseAddress = bench.Server.Address };
        var tokens = await http.GetStringAsync(new Uri($"/drills/tokens?first={Bench.TakeShoppers(count)}&count={count}", UriKind.Relative));
        return ["token", Bench.Text(sale.ProductId), bench.Write("tokens", tokens.Split('\n'))];
    }

    private static async Task<Measure> RefuseAsync(Bench bench, string key)
    {
        var sale = await bench.PlanAsync(64);
        string[] Mode() => ["grab", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(1_000_000)), key];
        await bench.LoadAsync(Mode(), 64);
        var measure = await bench.SteadyAsync(Mode(), refusals: true);
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

    // All fall due in the same millisecond.
    private static async Task<Measure> ExpireAsync(Bench bench)
    {
        var sale = await bench.PlanAsync(Accepted + 1);
        await bench.LoadAsync(["grab", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(Accepted)), "yes"], Accepted);
        await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale", sale.SaleId, Accepted);
        bench.Execute("UPDATE Orders SET PayBeforeAt = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) WHERE SaleId = $sale", sale.SaleId);
        var cpu = Usage.CpuSecondsOf(bench.Server.ProcessId);
        var closed = await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale AND Status = 'TimedOut'", sale.SaleId, Accepted);
        var released = closed + await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale AND ClosedAt IS NOT NULL AND ReleasedAt IS NULL", sale.SaleId, 0);
        await bench.CheckAsync(sale, 0);
        return new(new Dictionary<string, double>
        {
            ["closed after s"] = closed,
            ["released after s"] = released,
            ["program CPU"] = (Usage.CpuSecondsOf(bench.Server.ProcessId) - cpu) / released,
        });
    }

    // They see a sale sell out and its last unit come back; before that it is grabbed under their eyes.
    private static async Task<Measure> WatchAsync(Bench bench, int count)
    {
        const int Grabbed = 50_000;
        var sale = await bench.PlanAsync(Grabbed + 1);
        await using var watchers = new Watchers(bench.Server.Address, sale.ProductId);
        var before = Usage.MemoryOf(bench.Server.ProcessId);
        await watchers.GrowAsync(count);
        var memory = (Usage.MemoryOf(bench.Server.ProcessId) - before) / 1024.0 / count;
        var (grabs, _) = await bench.LoadAsync(["grab", Bench.Text(sale.ProductId), Bench.Text(Bench.TakeShoppers(Grabbed)), "yes"], Grabbed);
        await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale", sale.SaleId, Grabbed);
        var shopper = Bench.TakeShoppers(1);
        var seckillId = "";
        var gone = await watchers.HearAsync("soldOutForNow", async () => seckillId = await bench.GrabAsync(sale, shopper));
        var orderId = await bench.OrderOfAsync(seckillId, shopper);
        var back = await watchers.HearAsync("open", () => bench.Server.AskAsync(HttpMethod.Post, $"/api/orders/{orderId}/cancel", shopper));
        await bench.CheckAsync(sale, Grabbed);
        return new(new Dictionary<string, double>(grabs.Values)
        {
            ["KB each"] = memory,
            ["sold out: p50 ms"] = At(gone, 0.5),
            ["sold out: p99 ms"] = At(gone, 0.99),
            ["sold out: last ms"] = gone[^1],
            ["available: p50 ms"] = At(back, 0.5),
            ["available: p99 ms"] = At(back, 0.99),
            ["available: last ms"] = back[^1],
        });

        static double At(IReadOnlyList<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];
    }

    private static async Task<Measure> OpenCircuitsAsync(Bench bench)
    {
        const int Count = 500;
        var sale = await bench.PlanAsync(1);
        var (userId, cookies) = await SiteVisitor.SignInAsync(bench.Server.Address);
        var orderId = await bench.OrderOfAsync(await bench.GrabAsync(sale, userId), userId);
        var open = new ConcurrentBag<CircuitClient>();
        try
        {
            // The first ones bring the code, too.
            await OpenAsync(20);
            var (heap, cpu) = (await bench.HeapAsync(), Usage.CpuSecondsOf(bench.Server.ProcessId));
            await OpenAsync(Count);
            cpu = Usage.CpuSecondsOf(bench.Server.ProcessId) - cpu;
            return new(new Dictionary<string, double>
            {
                ["heap KB each"] = (await bench.HeapAsync() - heap) / 1024.0 / Count,
                ["CPU ms each"] = cpu * 1000 / Count,
            });
        }
        finally
        {
            await Task.WhenAll(open.Select(circuit => circuit.DisposeAsync().AsTask()));
        }

        Task OpenAsync(int count) => Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) => open.Add(await CircuitClient.OpenAsync(bench.Server.Address, $"/orders/{orderId}", cookies)));
    }

    // A million units each, in ten sales: does the program grow with what it has done?
    private static async Task<Measure> SellTenMillionAsync(Bench bench)
    {
        const int Each = 1_000_000;
        var values = new Dictionary<string, double>();
        for (var million = 1; million <= 10; million++)
        {
            var sale = await bench.PlanAsync(Each + 1);
            await bench.LoadAsync(await ByGatewayAsync(bench, sale, Each), Each);
            await bench.UntilAsync("SELECT COUNT(*) FROM Orders WHERE SaleId = $sale", sale.SaleId, Each);
            await bench.CheckAsync(sale, Each);
            values[$"MB after {million} M"] = Usage.MemoryOf(bench.Server.ProcessId) / 1e6;
            values[$"heap MB after {million} M"] = await bench.HeapAsync() / 1e6;
        }

        return new(values);
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
