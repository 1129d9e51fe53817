using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Tests.Shared;

/// <summary>The scripts on a store of their own, with nothing else running.</summary>
internal sealed class TestGate : IAsyncDisposable
{
    public const int NoBound = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static long _ids;

    private readonly StoreConnection _store;

    private TestGate(StoreConnection store)
    {
        _store = store;
        (Gate, Load, Release, Queue, _grab) = (new(store), new(store), new(store), new(store), new(store));
        Sale = CardOf(Interlocked.Increment(ref _ids));
    }

    private readonly GrabScript _grab;

    public SaleGate Gate { get; }
    public LoadScripts Load { get; }
    public ReleaseScript Release { get; }
    public TicketQueue Queue { get; }

    /// <summary>A sale of generation 1 that is open from 1,000 to 2,000 milliseconds.</summary>
    public SaleCard Sale { get; set; }

    public static async Task<TestGate> StartAsync(Store store)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Redis", store == Store.Redis ? SharedRedis.NextDatabase() : null)])
            .Build();
        var connection = new StoreConnection(configuration, NullLogger<StoreConnection>.Instance);
        await connection.StartAsync();
        return new(connection);
    }

    public async Task LoadAsync(int units, int limit = 1, bool paused = false, Dictionary<long, int>? quotas = null)
    {
        Assert.True(await Load.BeginAsync(Sale.Keys, Sale.Generation));
        Assert.True(await Load.InstallAsync(Sale.Keys, Sale.Generation, Contents(units, limit, paused, quotas)));
    }

    public static SaleContents Contents(int units, int limit = 1, bool paused = false, Dictionary<long, int>? quotas = null) =>
        new(units, units, 1000, 2000, limit, paused, Version: 1, new Dictionary<long, int>(), quotas ?? [], new Dictionary<long, (long, int)>(), new Dictionary<string, string>(), []);

    public Task<GrabBatchResult> GrabAsync(params IReadOnlyList<GrabTry> grabs) => GrabAtAsync(1500, grabs);

    public Task<GrabBatchResult> GrabAtAsync(long now, IReadOnlyList<GrabTry> grabs, int bound = NoBound) => _grab.RunAsync(Sale, now, bound, grabs, Patience);

    /// <summary>Redis' own account, checked.</summary>
    public async Task<GateAccount> AccountAsync()
    {
        var account = (await Gate.ReadAccountAsync(Sale.Keys))!;
        Assert.Equal(account.Units, account.Left + account.Tickets);
        Assert.Equal(account.Tickets, account.Held);
        return account;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static SaleCard CardOf(long saleId) => new(
        saleId, ProductId: 7, SellerId: 8, PriceCents: 100, 1000L.ToUtc(), 2000L.ToUtc(), Units: 0, SqlStock: 0, Paused: false, Closed: false, Message: null, Generation: 1, Version: 1);
}
