using System.Globalization;
using Microsoft.Data.Sqlite;
using Seckill.Tests.Shared;
using StackExchange.Redis;

namespace Seckill.Drills;

internal enum Store
{
    Embedded,
    Redis,
}

internal enum Acknowledge
{
    Queued,
    Written,
}

/// <param name="Limit">Units one shopper may hold or buy.</param>
/// <param name="Window">To pay.</param>
internal sealed record Sale(long SaleId, long ProductId, int Units, int Limit, TimeSpan Window, DateTimeOffset OpensAt);

/// <summary>One set-up: a data directory, a store, and one process of the program or more.</summary>
internal sealed class House : IAsyncDisposable
{
    private readonly string _directory;
    private readonly bool _mounted;
    private ConnectionMultiplexer? _redis;

    private House(string directory, bool mounted, RedisServer? redis, IReadOnlyList<Server> servers, Acknowledge acknowledge)
    {
        (_directory, _mounted, Redis, Servers, Acknowledge) = (directory, mounted, redis, servers, acknowledge);
        LedgerFile = Path.Combine(DataDirectory(directory), "seckill.db");
    }

    public RedisServer? Redis { get; }

    public IReadOnlyList<Server> Servers { get; }

    public Server Server => Servers[0];

    public Acknowledge Acknowledge { get; }

    public string LedgerFile { get; }

    public string Directory => _directory;

    /// <param name="settings">Of each process; as many processes as there are.</param>
    /// <param name="disk">Bytes of a disk of its own for the data; null: any.</param>
    /// <param name="dieAt">A kill point for the first start.</param>
    public static async Task<House> StartAsync(Drill drill, IReadOnlyList<(string Name, string Value)[]>? settings = null, long? disk = null, (string Point, int After)? dieAt = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("seckill-drill-").FullName;
        if (disk is not null)
        {
            await Disk.MountAsync(directory, disk.Value);
        }

        var redis = drill.Store == Store.Redis ? await RedisServer.StartNewAsync() : null;
        var servers = (settings ?? [[]]).Select((own, i) =>
        {
            var environment = new Dictionary<string, string?>
            {
                ["Data__Directory"] = DataDirectory(directory),
                ["ConnectionStrings__Redis"] = redis?.ConnectionString ?? "",
                ["Ordering__Acknowledge"] = drill.Acknowledge.ToString(),
                // To learn what is worth compiling better would cost a quarter of the time of processes that live for seconds.
                ["DOTNET_TieredPGO"] = "0",
            };
            foreach (var (name, value) in own)
            {
                environment[name] = value;
            }

            return new Server(Drill.Program, drill.LogFile(i), environment);
        }).ToList();
        var house = new House(directory, disk is not null, redis, servers, drill.Acknowledge);
        foreach (var server in servers)
        {
            await server.StartAsync(dieAt);
        }

        return house;
    }

    /// <summary>A process that serves shoppers, whichever.</summary>
    public Server Any()
    {
        var open = Servers.Where(server => server.ServesShoppers).ToList();
        return open[Random.Shared.Next(open.Count)];
    }

    /// <param name="opensIn">Negative: it is open.</param>
    public async Task<Sale> PlanAsync(int units, int limit, TimeSpan window, TimeSpan? opensIn = null)
    {
        var product = (await Server.SellAsync(HttpMethod.Post, "/api/seller/products", new { name = "Lamp", description = "", price = 99.00m })).Text("productId")!;
        await Server.SellAsync(HttpMethod.Put, $"/api/seller/products/{product}/limit", new { quantity = limit });
        var opensAt = TimeProvider.System.GetUtcNow() + (opensIn ?? TimeSpan.FromSeconds(-1));
        var planned = await Server.SellAsync(
            HttpMethod.Post,
            "/api/seller/sales",
            new { productId = product, price = 49.00m, units, opensAt, endsAt = opensAt.AddHours(3), paymentWindowSeconds = (int)window.TotalSeconds });
        var saleId = planned.Text("saleId") ?? throw new DrillException($"The sale could not be planned: {planned.Code}.");

        // Another process hears of it within a second. More than the limit is never taken.
        foreach (var server in Servers.Where(server => server.ServesShoppers))
        {
            await Clock.UntilAsync(async () => (await server.AskAsync(HttpMethod.Post, "/api/seckill", 1, new { productId = product, quantity = limit + 1 })).Code != 40400, TimeSpan.FromSeconds(10));
        }

        var sale = new Sale(long.Parse(saleId, provider: null), long.Parse(product, provider: null), units, limit, window, opensAt);
        KeepLog(sale);
        return sale;
    }

    // SQL itself writes down what must never be, in the transaction in which it would be: between two looks nothing passes unseen.
    private void KeepLog(Sale sale)
    {
        using var ledger = OpenLedger();
        using var command = ledger.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE TABLE DrillLog (What TEXT NOT NULL, OrderId INTEGER NOT NULL, Before TEXT, After TEXT);
            CREATE TRIGGER DrillMoved AFTER UPDATE OF Status ON Orders WHEN OLD.Status <> NEW.Status
            BEGIN
                INSERT INTO DrillLog VALUES ('moved', NEW.OrderId, OLD.Status, NEW.Status);
            END;
            CREATE TRIGGER DrillSold AFTER INSERT ON Orders
            WHEN NEW.SaleId = {sale.SaleId}
            BEGIN
                INSERT INTO DrillLog SELECT 'oversold', NEW.OrderId, NULL, NULL
                WHERE (SELECT SUM(Quantity) FROM Orders WHERE SaleId = {sale.SaleId} AND Status IN ('PendingPayment', 'Paid')) > (SELECT Units FROM FlashSales WHERE SaleId = {sale.SaleId});
                INSERT INTO DrillLog SELECT 'over the limit', NEW.OrderId, NULL, NULL
                WHERE (SELECT SUM(Quantity) FROM Orders WHERE SaleId = {sale.SaleId} AND BuyerId = NEW.BuyerId AND Status IN ('PendingPayment', 'Paid')) > {sale.Limit};
            END;
            """);
        command.ExecuteNonQuery();
    }

    public async Task<IDatabase> RedisAsync() =>
        (_redis ??= await ConnectionMultiplexer.ConnectAsync($"{Redis!.ConnectionString},allowAdmin=true,abortConnect=false")).GetDatabase();

    public async Task<IServer> RedisServerAsync()
    {
        await RedisAsync();
        return _redis!.GetServers()[0];
    }

    /// <summary>Whether nobody keeps the ledger locked at this moment.</summary>
    public bool CanWriteLedger()
    {
        using var ledger = OpenLedger();
        using var command = ledger.CreateCommand();
        command.CommandTimeout = 1;
        try
        {
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();
            command.CommandText = "ROLLBACK";
            command.ExecuteNonQuery();
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public SqliteConnection OpenLedger()
    {
        var connection = new SqliteConnection($"Data Source={LedgerFile};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        if (_mounted)
        {
            await Disk.UnmountAsync(_directory);
        }

        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private static string DataDirectory(string directory) => Path.Combine(directory, "data");
}
