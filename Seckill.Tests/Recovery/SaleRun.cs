using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Core.Recovery;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;
using StackExchange.Redis;
using Order = Seckill.Core.Ordering.Order;

namespace Seckill.Tests.Recovery;

/// <summary>What a sale of a random run begins with. One shopper may have a quota.</summary>
internal sealed record SalePlan(int Units, int Limit, int? Quota);

/// <summary>
/// One sale in a house that stands still, with the shoppers' own memory of what they were told. Processes die and freeze between the
/// steps of the real components; in the end everything must come out even.
/// </summary>
internal sealed class SaleRun
{
    public const long Vip = 1;

    private const int RoundsToSettle = 8;

    // The audit runs once at a time.
    private static readonly SemaphoreSlim Auditing = new(1);

    private static readonly TimeSpan LastWordAfter = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan PaymentWindow = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AuditEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(2);

    private readonly SalePlan _plan;
    private readonly ConcurrentDictionary<long, GrabTry> _granted = new();
    private readonly ConcurrentDictionary<long, SaleCard> _sentTo = new();
    private readonly ConcurrentDictionary<long, OrderStatus> _final = new();
    private readonly ConcurrentDictionary<long, bool> _notConfirmed = new();
    private readonly HashSet<long> _mayVanish = [];
    private bool _setBack;
    private bool _unnoticed;
    private readonly List<Saved> _saved = [];
    private readonly ConcurrentQueue<(Freeze Freeze, Task Rebuild)> _frozenRebuilds = new();
    private readonly ConcurrentQueue<Func<Task>> _frozenChanges = new();

    private SaleRun(TestHouse house, TestSale sale, SalePlan plan) => (House, Sale, _plan) = (house, sale, plan);

    public TestHouse House { get; }
    public TestSale Sale { get; }
    public SaleCard Card => House.Card(Sale);
    public SaleKeys Keys => Card.Keys;

    /// <summary>What frozen writers have looked at.</summary>
    public ConcurrentQueue<PeekedTickets> Frozen { get; } = new();

    public static async Task<SaleRun> StartAsync(TestHouse house, SalePlan plan)
    {
        // Nobody else measures the store's clock here, and nothing expires by a clock that is not measured.
        var clock = house.Get<StoreClock>();
        clock.Set(house.Time.GetUtcNow().ToUnixTimeMilliseconds(), clock.Time.GetTimestamp());
        var sale = await house.OpenSaleAsync(
            plan.Units, plan.Limit, lasts: Lasts, paymentWindowSeconds: (int)PaymentWindow.TotalSeconds, vips: plan.Quota is { } quota ? [(Vip, quota)] : []);
        return new(house, sale, plan);
    }

    public async Task GrabAsync((long User, int Quantity, string? Key)[] tries)
    {
        var card = Card;
        GrabTry[] grabs = [.. tries.Select(t => new GrabTry(House.Get<IdGenerator>().Next(), t.User, t.Quantity, t.Key))];
        var result = await House.Get<GrabScript>().RunAsync(card, House.Get<StoreClock>().Milliseconds, TestGate.NoBound, grabs, TimeSpan.FromSeconds(30));
        foreach (var (grab, answer) in grabs.Zip(result.Answers))
        {
            if (answer == GrabAnswer.Granted)
            {
                Assert.True(_granted.TryAdd(grab.SeckillId, grab));
                _sentTo[grab.SeckillId] = card;
            }
        }
    }

    /// <summary>What a writer does with what it has looked at, long ago perhaps.</summary>
    public async Task WriteAsync(PeekedTickets peeked, bool dies)
    {
        var booked = await House.Get<OrderBook>().WriteAsync(Sale.SaleId, peeked.Generation, [.. peeked.Raw.Select(raw => Ticket.Parse(raw)!)], refuse: null, TestHouse.Token);
        if (booked.Fenced || dies)
        {
            return;
        }

        foreach (var group in booked.Results.Where(r => r.Refusal is not null).GroupBy(r => r.Refusal != RefusalReason.SoldOut))
        {
            if (await House.Get<ReleaseScript>().RefusedAsync(Keys, peeked.Generation, backOnSale: group.Key, [.. group.Select(r => r.Ticket)]) == ReleaseOutcome.NotLoaded)
            {
                return;
            }
        }

        await House.Get<TicketQueue>().TrimAsync(Keys, peeked.Raw);
    }

    /// <summary>
    /// A shopper asks after one of the last grabs. Who is told "not confirmed" is not surprised by an order afterwards, not even when the
    /// grab comes once more as if it had been on its way all the time.
    /// </summary>
    public async Task AskAsync(int back)
    {
        await PassLastWordAsync();
        if (_granted.Keys.OrderDescending().Skip(back).FirstOrDefault() is var id and not 0)
        {
            var lookup = await House.Get<SeckillQueries>().FindAsync(id, _granted[id].UserId, TestHouse.Token);
            if (lookup.Outcome == SeckillLookupOutcome.NotConfirmed)
            {
                Assert.True(_mayVanish.Contains(id), $"#{id} is said not to be confirmed, and the store has lost nothing");
                _notConfirmed.TryAdd(id, true);
                await ArriveAsync(_granted[id], Card);
            }
        }
    }

    private async Task ArriveAsync(GrabTry grab, SaleCard sentTo)
    {
        var late = await House.Get<GrabScript>().RunAsync(sentTo, IdGenerator.TimeOf(grab.SeckillId).ToMilliseconds(), TestGate.NoBound, [grab], TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(GrabAnswer.Granted, late.Answers);
    }

    // From then on a grab of which nothing is known is told to have taken nothing.
    private async Task PassLastWordAsync()
    {
        House.Time.Turn(LastWordAfter);
        await House.Get<DirectoryRefresh>().RunAsync(TestHouse.Token);
    }

    public void PassPaymentWindow() => House.Time.Turn(PaymentWindow);

    /// <summary>One of the last orders, whatever became of it.</summary>
    public async Task<Order?> OrderAsync(int back) =>
        await House.ReadAsync(db => db.Orders.AsNoTracking().Where(o => o.SaleId == Sale.SaleId).OrderByDescending(o => o.Id).Skip(back).FirstOrDefaultAsync());

    /// <summary>SQL closes the order, and whoever asked for it dies before the release.</summary>
    public Task CloseWithoutReleaseAsync(Order order) => House.Get<Ledger>().WriteAsync(
        async db =>
        {
            var now = House.Now;
            var closed = await db.Orders
                .Where(o => o.OrderId == order.OrderId && o.Status == OrderStatus.PendingPayment)
                .ExecuteUpdateAsync(set => set.SetProperty(o => o.Status, OrderStatus.Cancelled).SetProperty(o => o.ClosedAt, now).SetProperty(o => o.UpdatedAt, now));
            return closed == 0 ? [] : await House.Get<OrderClosing>().FollowAsync(db, [order.SeckillId], SeckillStatus.Cancelled, TestHouse.Token);
        },
        TestHouse.Token);

    /// <summary>The store has released, and the sweep dies before SQL knows.</summary>
    public async Task ReleaseWithoutMarkAsync()
    {
        var due = await House.ReadAsync(db => db.Orders.Where(o => o.SaleId == Sale.SaleId && o.ClosedAt != null && o.ReleasedAt == null).Select(o => o.SeckillId).ToListAsync());
        await House.Get<ReleaseScript>().RunAsync(Keys, await GenerationAsync(), backOnSale: true, due);
    }

    /// <summary>Begins a change of the units; whoever does it freezes after so many of its two halves.</summary>
    public async Task ChangeAsync(int delta, int halves)
    {
        var (changes, generation) = (House.Get<StockChanges>(), await GenerationAsync());
        var (refused, id) = await changes.StartAsync(TestHouse.Seller, Sale.SaleId, delta, $"{House.Get<IdGenerator>().Next()}", TestHouse.Token);
        if (refused is not null)
        {
            return;
        }

        var change = await House.ReadAsync(db => db.StockChanges.AsNoTracking().SingleAsync(c => c.StockChangeId == id));
        Func<Task<bool>>[] both =
        [
            () => changes.AddToSqlAsync(change),
            async () => (await House.Get<SaleGate>().ChangeAsync(Keys, generation, id, delta)).Outcome == GateOutcome.Done,
            () => changes.WithdrawFromSqlAsync(change, generation, notInRedis: false),
        ];
        var (first, second) = delta > 0 ? (both[0], both[1]) : (both[1], both[2]);
        if (halves == 0)
        {
            _frozenChanges.Enqueue(async () => await (await first() ? second() : Task.FromResult(false)));
        }
        else if (await first())
        {
            _frozenChanges.Enqueue(second);
            if (halves > 1)
            {
                await second();
            }
        }
    }

    public Task WakeChangeAsync() => _frozenChanges.TryDequeue(out var rest) ? rest() : Task.CompletedTask;

    /// <summary>The store has lost the sale; what was only there may never be heard of again.</summary>
    public async Task LoseAsync(bool keepQueue)
    {
        if (!keepQueue)
        {
            await MayVanishAsync([]);
        }

        await House.Get<StoreConnection>().Database.KeyDeleteAsync(keepQueue ? Derived : [.. Derived, Keys.Queue, Keys.Writer]);
    }

    /// <summary>Remembers what the store has now.</summary>
    public async Task SaveAsync()
    {
        var database = House.Get<StoreConnection>().Database;
        var hashes = await Task.WhenAll(Derived.Select(async key => (key, fields: await database.HashGetAllAsync(key))));
        var queue = await database.ListRangeAsync(Keys.Queue);
        _saved.Add(new([.. hashes.Where(hash => hash.fields.Length > 0)], queue));
    }

    /// <summary>The store has come back without what the last few steps did there.</summary>
    /// <param name="noticed">The run id has been compared, so SQL has a new generation before anything is sent.</param>
    public async Task SetBackAsync(int steps, bool noticed)
    {
        var saved = _saved[^Math.Min(steps + 1, _saved.Count)];
        await MayVanishAsync([.. saved.Queue.Select(value => (string)value!)]);
        var transaction = House.Get<StoreConnection>().Database.CreateTransaction();
        List<Task> done = [transaction.KeyDeleteAsync([.. Derived, Keys.Queue])];
        done.AddRange(saved.Hashes.Select(hash => transaction.HashSetAsync(hash.Key, hash.Fields)));
        if (saved.Queue.Length > 0)
        {
            done.Add(transaction.ListRightPushAsync(Keys.Queue, saved.Queue));
        }

        await transaction.ExecuteAsync();
        await Task.WhenAll(done);
        (_setBack, _unnoticed) = (true, true);
        if (noticed)
        {
            await NoticeAsync();
        }
    }

    private async Task NoticeAsync()
    {
        await House.Get<OrderBook>().RequestRebuildAsync(Sale.SaleId, TestHouse.Token);
        await House.Get<DirectoryRefresh>().RunAsync(TestHouse.Token);
        _unnoticed = false;
    }

    public Task AskForRebuildAsync() => House.Get<OrderBook>().RequestRebuildAsync(Sale.SaleId, TestHouse.Token);

    public async Task BeginRebuildAsync()
    {
        await AskForRebuildAsync();
        await House.Get<LoadScripts>().BeginAsync(Keys, await GenerationAsync());
    }

    /// <summary>A rebuilder has seen what SQL has, and freezes.</summary>
    public async Task FreezeRebuildAsync()
    {
        var freeze = new Freeze();
        var rebuild = Task.Run(async () =>
        {
            FreezingSql.AfterPicture.Value = freeze;
            await House.RebuildAsync(Sale);
        });
        await Task.WhenAny(rebuild, freeze.Reached);
        _frozenRebuilds.Enqueue((freeze, rebuild));
    }

    public async Task WakeRebuildAsync()
    {
        if (_frozenRebuilds.TryDequeue(out var frozen))
        {
            frozen.Freeze.Wake();
            await frozen.Rebuild;
        }
    }

    /// <summary>What is only in flight, however long, is no deviation; one that stays there is only where the store was set back.</summary>
    public async Task AuditAsync()
    {
        await Auditing.WaitAsync();
        try
        {
            House.Time.Turn(AuditEvery);
            await House.Get<SaleAudit>().LookAsync(TestHouse.Token);
            Assert.True(_setBack || Deviation == 0, $"The audit sees a difference of {Deviation}, and nothing is lost");
        }
        finally
        {
            Auditing.Release();
        }
    }

    /// <summary>What holds at every moment, in the ledger.</summary>
    public async Task CheckLedgerAsync()
    {
        var (units, stock, orders, records, remaining) = await ReadAsync();
        var alive = records.Where(r => r.Status is SeckillStatus.PendingPayment or SeckillStatus.Paid).ToList();
        Assert.Equal(units, stock + orders.Where(o => o.Status is OrderStatus.PendingPayment or OrderStatus.Paid).Sum(o => o.Quantity));
        Assert.True(stock >= 0, $"SQL has {stock} units");
        Assert.All(alive.GroupBy(r => r.UserId), user => Assert.InRange(user.Sum(r => r.Quantity), 1, LimitOf(user.Key)));
        if (_plan.Quota is { } whole)
        {
            Assert.Equal(whole, remaining + alive.Where(r => r.LimitKind == LimitKind.Vip).Sum(r => r.Quantity));
        }

        Assert.Equal(
            orders.Select(o => (o.SeckillId, o.BuyerId, o.Quantity, $"{o.Status}")).Order(),
            records.Where(r => r.Status != SeckillStatus.Refused).Select(r => (r.SeckillId, r.UserId, r.Quantity, $"{r.Status}")).Order());
        Assert.All(records, r => Assert.Equal((r.UserId, r.Quantity, r.Key), _granted.TryGetValue(r.SeckillId, out var grab) ? (grab.UserId, grab.Quantity, grab.Key) : default));

        // Paid is never closed, closed is never paid.
        Assert.All(orders.Where(o => o.Status != OrderStatus.PendingPayment), o => Assert.Equal(o.Status, _final.GetOrAdd(o.OrderId, o.Status)));
        Assert.Empty(_final.Keys.Except(orders.Select(o => o.OrderId)));
    }

    /// <summary>Lets all that works by itself elsewhere do its work, and looks whether everything came out even.</summary>
    public async Task SettleAsync()
    {
        if (_unnoticed)
        {
            await NoticeAsync();
        }

        while (!_frozenRebuilds.IsEmpty)
        {
            await WakeRebuildAsync();
        }

        var text = "";
        for (var round = 1; ; round++)
        {
            await House.TendAsync();
            while (await House.WriteAsync(Sale) > 0)
            {
            }

            var unfinished = await House.Get<StockChanges>().SweepAsync(TestHouse.Token);
            await House.ExpireAsync();
            var account = await House.AccountAsync(Sale);
            var (reading, contents) = (await House.Get<SaleGate>().ReadAsync(Keys), await House.Get<SaleGate>().ReadQueueAsync(Keys));
            if (unfinished == 0 && account is { Difference: 0, Queued: 0 } && reading?.Generation == await GenerationAsync() && contents.Count == 0)
            {
                Assert.InRange(account.Left, 0, account.Units);
                break;
            }

            text += $"\n{account} {reading}, {unfinished} changes unfinished";
            Assert.True(round < RoundsToSettle, $"Does not settle:{text}");
        }

        await AuditAsync();
        await AuditAsync();
        Assert.Equal(0, Deviation);
        await CheckLedgerAsync();
        await CheckShoppersAsync();
        await CheckStoreAsync();
    }

    /// <summary>The sale's end: every order final, every unit accounted for, nothing left in the store.</summary>
    public async Task EndAsync()
    {
        House.Time.Turn(Lasts + TimeSpan.FromMinutes(1));
        await House.ExpireAsync();

        // One look follows what SQL has decided, the next closes.
        await House.TendAsync();
        await House.TendAsync();
        await CheckLedgerAsync();
        Assert.True(Card.Closed);
        Assert.Null(await House.Get<SaleGate>().ReadAsync(Keys));

        await House.Get<OrderPayment>().SweepAsync(TestHouse.Token);
        var paid = await House.ReadAsync(db => db.Orders.Where(o => o.SaleId == Sale.SaleId && o.Status == OrderStatus.Paid).Select(o => o.OrderId).ToListAsync());
        var money = await House.ReadAsync(db => db.Payments
            .Where(p => db.Orders.Any(o => o.OrderId == p.OrderId && o.SaleId == Sale.SaleId) && db.SandboxCharges.Any(c => c.PaymentId == p.PaymentId && c.State == ChargeState.Taken))
            .Select(p => p.OrderId)
            .ToListAsync());
        Assert.Equal(paid.Order(), money.Order());
    }

    private int Deviation => House.Get<SaleAudit>().Differences.Where(sale => sale.SaleId == Sale.SaleId).Sum(sale => sale.Difference);

    private RedisKey[] Derived => [Keys.Sale, Keys.Held, Keys.Vip, Keys.Tickets, Keys.Requests];

    private async Task CheckShoppersAsync()
    {
        await PassLastWordAsync();
        foreach (var id in _notConfirmed.Keys.Where(_ => !_setBack))
        {
            await ArriveAsync(_granted[id], _sentTo[id]);
        }

        var records = (await ReadAsync()).Records.ToDictionary(r => r.SeckillId);
        foreach (var grab in _granted.Values)
        {
            if (records.TryGetValue(grab.SeckillId, out var record))
            {
                Assert.True(_setBack || record.Status != SeckillStatus.Refused, $"#{grab.SeckillId} was refused, and the store had never been set back");
                Assert.True(_setBack || !_notConfirmed.ContainsKey(grab.SeckillId), $"#{grab.SeckillId} was said not to be confirmed, and is {record.Status}");
                continue;
            }

            Assert.True(_mayVanish.Contains(grab.SeckillId), $"#{grab.SeckillId} of user {grab.UserId} was granted and is nowhere");
            Assert.Equal(SeckillLookupOutcome.NotConfirmed, (await House.Get<SeckillQueries>().FindAsync(grab.SeckillId, grab.UserId, TestHouse.Token)).Outcome);
        }

        if (_mayVanish.Count == 0 && !_setBack)
        {
            Assert.All(_granted.Values.Where(g => g.Key is not null).GroupBy(g => (g.UserId, g.Key)), key => Assert.Single(key));
        }
    }

    // What the account does not show: what each shopper may still have, and which requests are remembered.
    private async Task CheckStoreAsync()
    {
        var records = (await ReadAsync()).Records;
        foreach (var user in _granted.Values.Select(grab => grab.UserId).Distinct())
        {
            var held = records.Where(r => r.UserId == user && r.Status is SeckillStatus.PendingPayment or SeckillStatus.Paid).Sum(r => r.Quantity);
            Assert.Equal(new GateAllowance(LimitOf(user), held), await House.Get<SaleGate>().ReadAllowanceAsync(Keys, user));
        }

        var requests = records
            .Where(r => r.Key is not null && r.Status != SeckillStatus.Refused)
            .GroupBy(r => $"{r.UserId}:{r.Key}")
            .Select(request => request.MinBy(r => r.SeckillId) is var first ? $"{request.Key}={first!.SeckillId}:{first.Quantity}" : "");
        Assert.Equal(requests.Order(), (await House.Get<StoreConnection>().Database.HashGetAllAsync(Keys.Requests)).Select(entry => $"{entry.Name}={entry.Value}").Order());
    }

    private int LimitOf(long user) => user == Vip && _plan.Quota is { } quota ? quota : _plan.Limit;

    private async Task MayVanishAsync(IReadOnlyList<string> stays)
    {
        var recorded = (await ReadAsync()).Records.Select(r => r.SeckillId);
        _mayVanish.UnionWith(_granted.Keys.Except(recorded).Except(stays.Select(raw => Ticket.Parse(raw)!.SeckillId)));
    }

    private Task<long> GenerationAsync() => House.ReadAsync(db => db.FlashSales.Where(s => s.SaleId == Sale.SaleId).Select(s => s.Generation).SingleAsync());

    private Task<LedgerNow> ReadAsync() => House.Get<Ledger>().ReadAsync(
        async db => new LedgerNow(
            await db.FlashSales.Where(s => s.SaleId == Sale.SaleId).Select(s => s.Units).SingleAsync(),
            await db.Stocks.Where(s => s.SaleId == Sale.SaleId).Select(s => s.SeckillStock).SingleAsync(),
            await db.Orders.AsNoTracking().Where(o => o.SaleId == Sale.SaleId).ToListAsync(),
            await db.SeckillRecords.Where(r => r.SaleId == Sale.SaleId).Select(r => new RecordNow(r.SeckillId, r.UserId, r.Quantity, r.Status, r.IdempotencyKey, r.LimitKind)).ToListAsync(),
            await db.VipPurchaseLimits.Where(v => v.ProductId == Sale.ProductId).Select(v => v.Remaining).SingleOrDefaultAsync()),
        TestHouse.Token);

    private sealed record Saved((RedisKey Key, HashEntry[] Fields)[] Hashes, RedisValue[] Queue);

    private sealed record LedgerNow(int Units, int Stock, List<Order> Orders, List<RecordNow> Records, int Remaining);

    private sealed record RecordNow(long SeckillId, long UserId, int Quantity, SeckillStatus Status, string? Key, LimitKind LimitKind);
}
