using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Tests.Shared;

/// <summary>The scripts on a store of their own, with nothing else running.</summary>
internal sealed class TestGate : IAsyncDisposable
{
    public const int NoBound = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static long _ids;

    private readonly StoreConnection _store;
    private readonly EmbeddedStore? _embedded;

    private TestGate(StoreConnection store, EmbeddedStore? embedded = null)
    {
        (_store, _embedded) = (store, embedded);
        (Gate, Load, Release, Queue, Grab) = (new(store), new(store), new(store), new(store), new(store));
        Sale = NewSale();
    }

    public GrabScript Grab { get; }
    public SaleGate Gate { get; }
    public IDatabase Database => _store.Database;
    public LoadScripts Load { get; }
    public ReleaseScript Release { get; }
    public TicketQueue Queue { get; }

    /// <summary>A sale of generation 1 that is open from 1,000 to 2,000 milliseconds.</summary>
    public SaleCard Sale { get; set; }

    public static Task<TestGate> StartAsync(Store store) => ConnectAsync(store == Store.Redis ? SharedRedis.NextDatabase() : null);

    /// <summary>One store, and a connection of its own for each of several processes. The first is disposed last.</summary>
    public static async Task<TestGate[]> StartManyAsync(Store store, int count)
    {
        var embedded = store == Store.Embedded ? new EmbeddedStore() : null;
        var connection = embedded?.Options.ToString(includePassword: true) ?? SharedRedis.NextDatabase();
        return await Task.WhenAll(Enumerable.Range(0, count).Select(i => ConnectAsync(connection, i == 0 ? embedded : null)));
    }

    private static async Task<TestGate> ConnectAsync(string? connectionString, EmbeddedStore? embedded = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Redis", connectionString)]).Build();
        var connection = new StoreConnection(configuration, NullLogger<StoreConnection>.Instance);
        await connection.StartAsync();
        return new(connection, embedded);
    }

    public async Task LoadAsync(int units, int limit = 1, bool paused = false, Dictionary<long, int>? quotas = null)
    {
        Assert.True(await Load.BeginAsync(Sale.Keys, Sale.Generation));
        Assert.True(await Load.InstallAsync(Sale.Keys, Sale.Generation, Contents(units, limit, paused, quotas)));
    }

    public static SaleContents Contents(int units, int limit = 1, bool paused = false, Dictionary<long, int>? quotas = null) =>
        new(units, units, 1000, 2000, limit, paused, Version: 1, new Dictionary<long, int>(), quotas ?? [], new Dictionary<long, (long, int)>(), new Dictionary<string, string>(), []);

    public Task<GrabBatchResult> GrabAsync(params IReadOnlyList<GrabTry> grabs) => GrabAtAsync(1500, grabs);

    public Task<GrabBatchResult> GrabAtAsync(long now, IReadOnlyList<GrabTry> grabs, int bound = NoBound) => Grab.RunAsync(Sale, now, bound, grabs, Patience);

    /// <summary>Redis' own account, checked.</summary>
    public async Task<GateAccount> AccountAsync()
    {
        var account = (await Gate.ReadAccountAsync(Sale.Keys))!;
        Assert.Equal(account.Units, account.Left + account.Tickets);
        Assert.Equal(account.Tickets, account.Held);
        return account;
    }

    /// <summary>Everything the store has of a sale, in one text; but not how often units moved, which only tells one reading from another.</summary>
    public async Task<string> ContentsAsync(SaleKeys keys)
    {
        var hashes = new[] { keys.Sale, keys.Held, keys.Vip, keys.Tickets, keys.Requests }.Select(key => _store.Database.HashGetAllAsync(key)).ToList();
        var queue = Gate.ReadQueueAsync(keys);
        var texts = (await Task.WhenAll(hashes)).Select(hash => string.Join(' ', hash.Where(entry => entry.Name != "moves").Select(entry => $"{entry.Name}={entry.Value}").Order(StringComparer.Ordinal)));
        return Contents(texts, await queue);
    }

    /// <summary>As <see cref="ContentsAsync"/> writes it.</summary>
    public static string Contents(IEnumerable<string> hashes, IEnumerable<string> queue) =>
        string.Join("; ", new[] { "sale", "held", "vip", "tickets", "requests" }.Zip(hashes, (name, fields) => $"{name} {fields}").Append($"queue {string.Join(' ', queue)}"));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _embedded?.Dispose();
    }

    public static SaleCard NewSale() => new(
        Interlocked.Increment(ref _ids), ProductId: 7, SellerId: 8, PriceCents: 100, 1000L.ToUtc(), 2000L.ToUtc(), Units: 0, SqlStock: 0, Paused: false, Closed: false, Message: null, Generation: 1, Version: 1);
}
