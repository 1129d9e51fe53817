using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Expiry;
using Seckill.Core.Grabbing;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Tests.Shared;

/// <summary>
/// The whole core, running: its store, ledger, writer and sweeps, without pages and API. Speaks the domain. The clock can be turned
/// and otherwise runs.
/// </summary>
internal sealed class TestHouse : IAsyncDisposable
{
    public const long Seller = 4242;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly string _directory;
    private readonly bool _ownsDirectory;

    private TestHouse(IHost host, TurnableTime time, string directory, bool ownsDirectory) =>
        (_host, Time, _directory, _ownsDirectory) = (host, time, directory, ownsDirectory);

    public TurnableTime Time { get; }

    public DateTime Now => Get<StoreClock>().UtcNow;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A house in which nothing runs by itself: the test is the writer, the sweeps and the loader.</summary>
    public static Task<TestHouse> StartStillAsync(Store store, string? directory = null, Action<IServiceCollection>? configure = null, string? redis = null, params (string Key, string? Value)[] settings) =>
        StartAsync(
            store,
            services =>
            {
                foreach (var service in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType != typeof(CoreStart)).ToList())
                {
                    services.Remove(service);
                }

                configure?.Invoke(services);
            },
            directory,
            redis,
            settings);

    /// <param name="directory">Of an earlier house, to go on with its ledger.</param>
    public static async Task<TestHouse> StartAsync(
        Store store, Action<IServiceCollection>? configure = null, string? directory = null, string? redis = null, params (string Key, string? Value)[] settings)
    {
        var ownsDirectory = directory is null;
        directory ??= Directory.CreateTempSubdirectory("seckill-").FullName;
        var time = new TurnableTime();
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Testing", ContentRootPath = directory });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Data:Directory", directory),
            new("ConnectionStrings:Redis", store == Store.Redis ? redis ?? SharedRedis.NextDatabase() : null),
            new("Grabbing:TriesPerSecond", "1000000"),
            new("Grabbing:StorePatience", "00:00:30"),
        ]).AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new TestOutput());
        builder.Services.AddSingleton<TimeProvider>(time);

        // The store's clock is turned with ours, or it would pull us back.
        builder.Services.AddSingleton<ReadStoreTime>(() => Task.FromResult(time.GetUtcNow().ToUnixTimeMilliseconds()));
        builder.Services.AddSeckillCore(builder.Configuration);
        configure?.Invoke(builder.Services);
        var house = new TestHouse(builder.Build(), time, directory, ownsDirectory);
        await house._host.StartAsync(Token);
        return house;
    }

    public string DataDirectory => _directory;

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>A product with a sale that is open now, unless told otherwise.</summary>
    public async Task<TestSale> OpenSaleAsync(int units, int limit = 1, TimeSpan? opensIn = null, TimeSpan? lasts = null, int paymentWindowSeconds = 900, params (long User, int Quota)[] vips)
    {
        var products = Get<SellerProducts>();
        var product = await products.CreateAsync(Seller, new("Lamp", "", 9900, null), Token);
        await products.SetLimitAsync(Seller, product.Id, limit, read: null, Token);
        foreach (var (user, quota) in vips)
        {
            await products.SetVipLimitAsync(Seller, product.Id, user, quota, Token);
        }

        if (!IsStill)
        {
            return await PlanSaleAsync(product.Id, units, opensIn, lasts, paymentWindowSeconds);
        }

        // Nobody would load it while the seller waits for that.
        var sale = await PlanSaleAsync(product.Id, units, TimeSpan.FromHours(1), lasts, paymentWindowSeconds);
        Time.Turn(TimeSpan.FromHours(1) - (opensIn ?? TimeSpan.FromSeconds(-1)));
        await TendAsync();
        return sale;
    }

    public Task TendAsync() => Get<SaleLife>().TendAsync(Token);

    /// <summary>Writes the orders of what is queued now: one batch, unless told to go on.</summary>
    public Task<int> WriteAsync(TestSale sale, Func<bool>? goOn = null) => Get<OrderWriter>().WriteAsync(Card(sale), goOn ?? (() => false), Token);

    /// <summary>A grab of which nobody waits to be written.</summary>
    public async Task<long> QueueAsync(TestSale sale, long user, int quantity = 1, string? key = null)
    {
        var id = Get<IdGenerator>().Next();
        var result = await Get<GrabScript>().RunAsync(Card(sale), Get<StoreClock>().Milliseconds, int.MaxValue, [new(id, user, quantity, key)], Patience);
        return result.Answers is [GrabAnswer.Granted] ? id : throw new InvalidOperationException($"The grab was answered {result.Answer}, {string.Join(',', result.Answers)}.");
    }

    /// <summary>A grab by each of them, in turn. The last one's id.</summary>
    public async Task<long> QueueEachAsync(TestSale sale, IEnumerable<int> users)
    {
        var last = 0L;
        foreach (var user in users)
        {
            last = await QueueAsync(sale, user);
        }

        return last;
    }

    private bool IsStill => !_host.Services.GetServices<IHostedService>().OfType<SaleLifeService>().Any();

    public async Task<TestSale> PlanSaleAsync(long productId, int units, TimeSpan? opensIn = null, TimeSpan? lasts = null, int paymentWindowSeconds = 900)
    {
        var opensAt = Now + (opensIn ?? TimeSpan.FromSeconds(-1));
        var sale = await Get<SellerSales>().PlanAsync(
            Seller, new(productId, 4900, units, opensAt, opensAt + (lasts ?? TimeSpan.FromHours(1)), paymentWindowSeconds), Token);
        Assert.Equal(SellerOutcome.Done, sale.Outcome);
        return new(sale.Id, productId);
    }

    public ValueTask<GrabResult> GrabAsync(TestSale sale, long user, int quantity = 1, string? key = null) =>
        Get<GrabDesk>().TryGrabAsync(new(user, sale.ProductId, quantity, key), Token);

    /// <summary>Grabs, and waits for the order.</summary>
    public async Task<OrderView> OrderAsync(TestSale sale, long user, int quantity = 1, string? key = null)
    {
        var grab = await GrabAsync(sale, user, quantity, key);
        Assert.Equal(GrabOutcome.Granted, grab.Outcome);
        return await OrderOfAsync(grab.SeckillId, user);
    }

    public async Task<OrderView> OrderOfAsync(long seckillId, long user)
    {
        var orderId = await WaitForAsync(async () => (await Get<SeckillQueries>().FindAsync(seckillId, user, Token)).Seckill?.OrderId);
        return (await Get<OrderQueries>().FindForAsync(orderId!.Value, user, Token))!;
    }

    public async Task<SeckillStatus?> StatusAsync(long seckillId, long user) =>
        (await Get<SeckillQueries>().FindAsync(seckillId, user, Token)).Seckill?.Status;

    public async Task<SaleAccount> AccountAsync(TestSale sale) => (await Get<SaleAccounts>().FindAsync(sale.SaleId, null, Token))!;

    /// <summary>The account once nothing is in flight; fails when its difference stays.</summary>
    public async Task<SaleAccount> SettledAccountAsync(TestSale sale)
    {
        SaleAccount? account = null;
        try
        {
            await WaitForAsync(async () =>
            {
                account = await AccountAsync(sale);
                return account is { Difference: 0, Queued: 0 } ? account : null;
            });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The account does not settle: {account}");
        }

        return account!;
    }

    /// <summary>Units, left, queued, and open or paid, of an account without a difference.</summary>
    public async Task<(int Units, int Left, int Queued, int Taken)> NumbersAsync(TestSale sale)
    {
        var account = await AccountAsync(sale);
        Assert.Equal(0, account.Difference);
        return (account.Units, account.Left, account.Queued, account.AwaitingPayment + account.Paid);
    }

    public Task<int> QuotaAsync(long user) => ReadAsync(db => db.VipPurchaseLimits.Where(v => v.UserId == user).Select(v => v.Remaining).SingleAsync());

    public Task ExpireAsync() => Get<OrderExpiry>().SweepAsync(Token);

    public SaleCard Card(TestSale sale) => Get<SaleDirectory>().FindSale(sale.SaleId)!;

    public Task<bool> RebuildAsync(TestSale sale) => Get<SaleRebuild>().RunAsync(sale.SaleId, Token);

    public Task<T> ReadAsync<T>(Func<SeckillDbContext, Task<T>> read) => UseAsync(read);

    public async Task<T> UseAsync<T>(Func<SeckillDbContext, Task<T>> use)
    {
        await using var db = await Get<IDbContextFactory<SeckillDbContext>>().CreateDbContextAsync(Token);
        return await use(db);
    }

    public static async Task<T> WaitForAsync<T>(Func<Task<T?>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (await condition() is { } found && found is not false)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        throw new TimeoutException("What the test waits for did not happen.");
    }

    public Task StopAsync() => _host.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        if (_ownsDirectory)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}

internal sealed record TestSale(long SaleId, long ProductId);
