using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Seckill.Drills;
using Seckill.Tests.Shared;

namespace Seckill.Load;

/// <param name="Redis">A redis-server of its own; otherwise the embedded store.</param>
/// <param name="Acknowledge">Queued or Written.</param>
/// <param name="Writes">Whether the order writer runs.</param>
internal sealed record SetUp(bool Redis, string Acknowledge, bool Writes)
{
    public string Name => $"{(Redis ? "Redis" : "embedded")}, {Acknowledge}{(Writes ? "" : ", writer rests")}";
}

/// <summary>What a row measured.</summary>
/// <param name="Values">By the name of their column.</param>
internal sealed record Measure(IReadOnlyDictionary<string, double> Values);

/// <param name="Units">As planned.</param>
internal sealed record Sale(long SaleId, long ProductId, int Units);

/// <summary>The published program on an empty database, and what loads it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    /// <summary>The column that is compared with the limit.</summary>
    public const string Rate = "requests/s";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(4);

    /// <summary>Grabs.</summary>
    public const int WarmUp = 40_000;

    private const int MostWarmUps = 8;

    // Seconds of CPU.
    private const double AtRest = 0.3;

    // No two rows share a shopper.
    private static long _shoppers = 1_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("seckill-load-").FullName;
    private readonly RedisServer? _redis;

    private Bench(SetUp setUp, RedisServer? redis, string program, string log)
    {
        (SetUp, _redis) = (setUp, redis);
        var environment = new Dictionary<string, string?>
        {
            ["Data__Directory"] = _directory,
            ["ConnectionStrings__Redis"] = redis?.ConnectionString ?? "",
            ["Ordering__Acknowledge"] = setUp.Acknowledge,
            ["Ordering__QueueBound"] = "10000000",
            ["Grabbing__TriesPerSecond"] = "10",
            ["Seckill__Roles"] = setUp.Writes ? "" : "web,jobs",
            ["Accounts__RegistrationsPerMinute"] = "1000",
            ["Accounts__SignInTriesPerMinute"] = "1000",
        };
        Server = new(program, log, environment);
    }

    public SetUp SetUp { get; }

    public Server Server { get; }

    public static async Task<Bench> StartAsync(SetUp setUp, string program, string log)
    {
        var bench = new Bench(setUp, setUp.Redis ? await RedisServer.StartNewAsync() : null, program, log);
        await bench.Server.StartAsync();

        await bench.WarmUpAsync();
        return bench;
    }

    public static long TakeShoppers(int count) => Interlocked.Add(ref _shoppers, count) - count;

    /// <summary>Plans a sale that is open, or opens in an hour.</summary>
    public async Task<Sale> PlanAsync(int units, bool open = true)
    {
        var product = (await AskSellerAsync("/api/seller/products", new { name = "Lamp", description = "A lamp that folds.", price = 99.00m })).Text("productId")!;
        await Server.SellAsync(HttpMethod.Put, $"/api/seller/products/{product}/limit", new { quantity = 2 });
        var opensAt = TimeProvider.System.GetUtcNow().UtcDateTime + (open ? TimeSpan.FromSeconds(-1) : TimeSpan.FromHours(1));
        var planned = await AskSellerAsync("/api/seller/sales", new { productId = product, price = 49.00m, units, opensAt, endsAt = opensAt.AddHours(10), paymentWindowSeconds = 7200 });
        var sale = new Sale(Id(planned.Text("saleId")), Id(product), units);
        var seen = await Clock.UntilAsync(async () => (await Server.AskAsync(HttpMethod.Post, "/api/seckill", 1, new { productId = product, quantity = 3 })).Code == (open ? 40904 : 40901), Patience);
        return seen ? sale : throw new DrillException("The sale does not open.");
    }

    /// <summary>Loads the program and notes rate, times, errors, CPU and memory.</summary>
    /// <param name="mode">Of shop.lua, without the count.</param>
    /// <param name="count">Requests; 0: for some seconds.</param>
    /// <param name="connections">Each asks again as soon as it was answered.</param>
    /// <param name="refusals">Whether every answer must be a refusal; otherwise none may be, and null: both are right.</param>
    public async Task<(Measure Measure, Load Load)> LoadAsync(string[] mode, int count = 0, bool? refusals = false, int connections = 64)
    {
        string[] all = [mode[0], count.ToString(CultureInfo.InvariantCulture), .. mode[1..]];
        var began = Stopwatch.GetTimestamp();
        var (server, redis) = (Cpu(Server.ProcessId), RedisCpu());
        var load = await Wrk.RunAsync(Server.Address, connections, count == 0 ? Each : null, all);
        var elapsed = count == 0 ? Stopwatch.GetElapsedTime(began).TotalSeconds : load.Seconds;
        if (load.Broken > 0 || (count > 0 && load.Requests != count) || (refusals is { } expected && load.Refused != (expected ? load.Requests : 0)))
        {
            throw new DrillException($"{mode[0]}: of {load.Requests} requests {load.Refused} were refused and {load.Broken} broke.");
        }

        return (new(new Dictionary<string, double>
        {
            [Rate] = load.Rate,
            ["p50 ms"] = load.P50Milliseconds,
            ["p99 ms"] = load.P99Milliseconds,
            ["errors"] = load.Broken,
            ["program CPU"] = (Cpu(Server.ProcessId) - server) / elapsed,
            ["Redis CPU"] = (RedisCpu() - redis) / elapsed,
            ["wrk CPU"] = load.CpuSeconds / elapsed,
            ["memory MB"] = Usage.MemoryOf(Server.ProcessId) / 1e6,
        }), load);

        double RedisCpu() => _redis is null ? 0 : Cpu(_redis.ProcessId);
        static double Cpu(int id) => Usage.CpuSecondsOf(id);
    }

    /// <summary>The same as <see cref="LoadAsync"/> for some seconds, after as long again in which the compiler learns what is asked.</summary>
    public async Task<Measure> SteadyAsync(string[] mode, bool refusals = false)
    {
        await LoadAsync(mode, refusals: refusals);
        return (await LoadAsync(mode, refusals: refusals)).Measure;
    }

    /// <summary>Bytes that the program uses, without what it has not collected yet.</summary>
    public async Task<long> HeapAsync()
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        return long.Parse(await http.GetStringAsync(new Uri("/drills/memory", UriKind.Relative)), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until the ledger says so. How long it took.</summary>
    public async Task<double> UntilAsync(string query, long saleId, long expected)
    {
        var began = Stopwatch.GetTimestamp();
        return await Clock.UntilAsync(() => Task.FromResult(Number(query, saleId) == expected), Patience)
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new DrillException($"{query}: {Number(query, saleId)} instead of {expected}.");
    }

    /// <summary>The account of the sale: sold exactly what was accepted, and nothing deviates.</summary>
    public async Task CheckAsync(Sale sale, int accepted)
    {
        var last = "";
        var even = await Clock.UntilAsync(
            async () =>
            {
                var account = await Server.SellAsync(HttpMethod.Get, $"/api/seller/sales/{sale.SaleId}/account");
                last = account.Data.ToString();
                return account.Number("difference") == 0 && account.Number("left") == sale.Units - accepted;
            },
            TimeSpan.FromSeconds(10));
        var sold = Number("SELECT COALESCE(SUM(Quantity), 0) FROM Orders WHERE SaleId = $sale AND Status IN ('PendingPayment', 'Paid')", sale.SaleId);
        if (!even || (SetUp.Writes && sold != accepted))
        {
            throw new DrillException($"{accepted} units were accepted, {sold} are in the ledger, and the account is {last}");
        }
    }

    public long Number(string query, long saleId)
    {
        using var ledger = OpenLedger();
        using var command = ledger.CreateCommand();
        command.CommandText = query;
        command.Parameters.AddWithValue("$sale", saleId);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Execute(string statement, long saleId)
    {
        using var ledger = OpenLedger();
        using var command = ledger.CreateCommand();
        command.CommandText = statement;
        command.Parameters.AddWithValue("$sale", saleId);
        command.ExecuteNonQuery();
    }

    /// <summary>One shopper takes one unit. The seckill id.</summary>
    public async Task<string> GrabAsync(Sale sale, long shopper) =>
        (await Server.AskAsync(HttpMethod.Post, "/api/seckill", shopper, new { productId = Text(sale.ProductId), quantity = 1 })).Text("seckillId") ?? throw new DrillException("The unit could not be taken.");

    /// <summary>The order of a grab, as soon as there is one.</summary>
    public async Task<string> OrderOfAsync(string seckillId, long shopper)
    {
        string? orderId = null;
        await Clock.UntilAsync(async () => (orderId = (await Server.AskAsync(HttpMethod.Get, $"/api/seckill/{seckillId}", shopper)).Text("orderId")) is not null, Patience);
        return orderId ?? throw new DrillException("The grab has no order.");
    }

    public SqliteConnection OpenLedger()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "seckill.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    /// <summary>A file for shop.lua.</summary>
    public string Write(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(_directory, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    // What is asked often is compiled again, better, while it runs: what is measured is the program as it is after some minutes of work.
    private async Task WarmUpAsync()
    {
        for (var round = 1; round <= MostWarmUps; round++)
        {
            var before = Usage.CompilerSecondsOf(Server.ProcessId);
            var sale = await PlanAsync(WarmUp);
            await LoadAsync(["grab", Text(sale.ProductId), Text(TakeShoppers(WarmUp)), "yes"], WarmUp, refusals: null);

            if (round > 1 && Usage.CompilerSecondsOf(Server.ProcessId) - before < AtRest)
            {
                return;
            }
        }
    }

    private async Task<Reply> AskSellerAsync(string path, object body) =>
        await Server.SellAsync(HttpMethod.Post, path, body) is { Code: 0 } reply ? reply : throw new DrillException($"{path} is refused.");

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static long Id(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
