using Seckill.Core;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Stock;

/// <summary>One suite for every store: what the scripts promise.</summary>
public sealed class GateTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_OneShopperManyTimesInOneBatch_StopsAtTheLimit(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 100, limit: 3);

        var result = await gate.GrabAsync([.. Enumerable.Range(1, 64).Select(id => new GrabTry(id, UserId: 5, Quantity: 1, Key: null))]);

        Assert.Equal(3, result.Answers.Count(a => a == GrabAnswer.Granted));
        Assert.Equal(61, result.Answers.Count(a => a == GrabAnswer.OverLimit));
        Assert.Equal(97, (await gate.AccountAsync()).Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_QuantitiesInOneBatch_EachSeesTheEarlierOnes(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 5, limit: 10);

        var result = await gate.GrabAsync(new(1, 1, 3, null), new(2, 2, 3, null), new(3, 3, 2, null), new(4, 4, 1, null));

        Assert.Equal([GrabAnswer.Granted, GrabAnswer.FewerLeft, GrabAnswer.Granted, GrabAnswer.SoldOutForNow], result.Answers);
        Assert.Equal(0, result.Reading!.Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_SameKey_AnswersAsTheFirstTimeWhateverHappenedSince(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 1);
        await gate.GrabAsync(new GrabTry(11, 1, 1, "a"));

        var soldOut = await gate.GrabAsync(new(12, 1, 1, "a"), new(13, 2, 1, "a"), new(14, 1, 2, "a"));
        var ended = await gate.GrabAtAsync(5000, [new(15, 1, 1, "a")]);
        await gate.Release.RunAsync(gate.Sale.Keys, 1, backOnSale: true, [11]);
        var released = await gate.GrabAsync(new GrabTry(16, 1, 1, "a"));

        Assert.Equal([GrabAnswer.Replayed, GrabAnswer.SoldOutForNow, GrabAnswer.KeyReused], soldOut.Answers);
        Assert.Equal([11], soldOut.ReplayIds);
        Assert.Equal([11], ended.ReplayIds);
        Assert.Equal([11], released.ReplayIds);
        Assert.Equal(1, (await gate.AccountAsync()).Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_SameKeyTwiceInOneBatch_TakesOnce(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10, limit: 10);

        var result = await gate.GrabAsync(new(21, 1, 2, "click"), new(22, 1, 2, "click"));

        Assert.Equal([GrabAnswer.Granted, GrabAnswer.Replayed], result.Answers);
        Assert.Equal([21], result.ReplayIds);
        Assert.Equal(8, (await gate.AccountAsync()).Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_OutsideTheWindowOrPaused_IsRefusedForThat(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 1);

        Assert.Equal([GrabAnswer.NotStarted], (await gate.GrabAtAsync(999, [new(1, 1, 1, null)])).Answers);
        Assert.Equal([GrabAnswer.Ended], (await gate.GrabAtAsync(2000, [new(1, 1, 1, null)])).Answers);
        Assert.Equal(GateOutcome.Done, await gate.Gate.SteerAsync(gate.Sale with { Paused = true, Version = 2 }));
        Assert.Equal([GrabAnswer.Paused], (await gate.GrabAsync(new GrabTry(1, 1, 1, null))).Answers);
        Assert.Equal([GrabAnswer.Paused], (await gate.GrabAtAsync(999, [new(1, 1, 1, null)])).Answers);
        Assert.Equal([GrabAnswer.Ended], (await gate.GrabAtAsync(2000, [new(1, 1, 1, null)])).Answers);

        // An older decision that comes late does not open it again.
        Assert.Equal(GateOutcome.NotNow, await gate.Gate.SteerAsync(gate.Sale with { Paused = false, Version = 1 }));
        Assert.Equal([GrabAnswer.Paused], (await gate.GrabAsync(new GrabTry(1, 1, 1, null))).Answers);
        Assert.Equal(GateOutcome.Done, await gate.Gate.SteerAsync(gate.Sale with { Paused = false, Version = 3 }));
        Assert.Equal([GrabAnswer.Granted], (await gate.GrabAtAsync(1000, [new(1, 1, 1, null)])).Answers);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_Vip_QuotaReplacesTheLimit(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10, limit: 2, quotas: new() { [1] = 4, [2] = 0 });

        var result = await gate.GrabAsync(new(1, 1, 4, null), new(2, 1, 1, null), new(3, 2, 1, null), new(4, 3, 3, null), new(5, 3, 2, null));

        Assert.Equal([GrabAnswer.Granted, GrabAnswer.OverLimit, GrabAnswer.OverLimit, GrabAnswer.OverLimit, GrabAnswer.Granted], result.Answers);
        var tickets = (await gate.Queue.PeekAsync(gate.Sale.Keys))!.Raw.Select(Ticket.Parse).ToList();
        Assert.Equal([(1L, 4, true, 4), (3L, 2, false, 2)], tickets.Select(t => (t!.UserId, t.Quantity, t.Vip, t.Limit)));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_QueueFull_TakesNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10);

        var result = await gate.GrabAtAsync(1500, [new(1, 1, 1, null), new(2, 2, 1, null), new(3, 3, 1, null)], bound: 2);

        Assert.Equal([GrabAnswer.Granted, GrabAnswer.Granted, GrabAnswer.QueueFull], result.Answers);
        Assert.Equal(8, (await gate.AccountAsync()).Left);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_NotLoadedOrAnotherGeneration_ChangesNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);

        Assert.Equal(BatchAnswer.NotLoaded, (await gate.GrabAsync(new GrabTry(1, 1, 1, "k"))).Answer);
        await gate.LoadAsync(units: 1);
        gate.Sale = gate.Sale with { Generation = 2 };
        Assert.Equal(BatchAnswer.Fenced, (await gate.GrabAsync(new GrabTry(1, 1, 1, "k"))).Answer);
        await gate.Load.BeginAsync(gate.Sale.Keys, 2);
        Assert.Equal(BatchAnswer.Fenced, (await gate.GrabAsync(new GrabTry(1, 1, 1, "k"))).Answer);
        Assert.Null(await gate.Queue.PeekAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Release_Twice_GivesBackOnce(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10, limit: 5);
        await gate.GrabAsync(new(1, 1, 2, null), new(2, 1, 3, null), new(3, 2, 1, null));

        await gate.Release.RunAsync(gate.Sale.Keys, 1, backOnSale: true, [1, 1, 99]);
        await gate.Release.RunAsync(gate.Sale.Keys, 1, backOnSale: true, [1]);

        var account = await gate.AccountAsync();
        Assert.Equal((6, 4), (account.Left, account.Tickets));
        Assert.Equal(new GateAllowance(5, 3), await gate.Gate.ReadAllowanceAsync(gate.Sale.Keys, 1));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Release_AnotherGenerationOrRebuilding_IsNotLoaded(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        Assert.Equal(ReleaseOutcome.NotLoaded, await gate.Release.RunAsync(gate.Sale.Keys, 1, backOnSale: true, [1]));
        await gate.LoadAsync(units: 1);
        Assert.Equal(ReleaseOutcome.NotLoaded, await gate.Release.RunAsync(gate.Sale.Keys, 2, backOnSale: true, [1]));
        await gate.Load.BeginAsync(gate.Sale.Keys, 2);
        Assert.Equal(ReleaseOutcome.NotLoaded, await gate.Release.RunAsync(gate.Sale.Keys, 2, backOnSale: true, [1]));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Release_UnitsThatDoNotExist_GoesWithoutRaisingLeft(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 3, limit: 3);
        await gate.GrabAsync(new GrabTry(1, 1, 2, null));

        await gate.Release.RunAsync(gate.Sale.Keys, 1, backOnSale: false, [1]);

        Assert.Equal(1, (await gate.Gate.ReadAsync(gate.Sale.Keys))!.Left);
        Assert.Equal(0, (await gate.Gate.ReadAllowanceAsync(gate.Sale.Keys, 1))!.Held);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Install_RebuilderThatWasOvertaken_ChangesNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        Assert.True(await gate.Load.BeginAsync(gate.Sale.Keys, 2));
        Assert.True(await gate.Load.BeginAsync(gate.Sale.Keys, 3));
        Assert.True(await gate.Load.InstallAsync(gate.Sale.Keys, 3, TestGate.Contents(units: 3)));

        Assert.False(await gate.Load.InstallAsync(gate.Sale.Keys, 2, TestGate.Contents(units: 2)));
        Assert.False(await gate.Load.BeginAsync(gate.Sale.Keys, 2));
        Assert.False(await gate.Load.BeginAsync(gate.Sale.Keys, 3));

        var reading = (await gate.Gate.ReadAsync(gate.Sale.Keys))!;
        Assert.Equal((3, 3L, false), (reading.Left, reading.Generation, reading.Rebuilding));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Install_NewerRebuildIsUnderWay_ChangesNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        var old = TestGate.Contents(units: 2) with
        {
            Left = 1,
            Held = new Dictionary<long, int> { [1] = 1 },
            Tickets = new Dictionary<long, (long, int)> { [11] = (1, 1) },
            Requests = new Dictionary<string, string> { ["1:k"] = "11:1" },
        };
        Assert.True(await gate.Load.BeginAsync(gate.Sale.Keys, 2));
        Assert.True(await gate.Load.BeginAsync(gate.Sale.Keys, 3));

        // The older one wakes up, with something to fill in and with nothing.
        Assert.False(await gate.Load.InstallAsync(gate.Sale.Keys, 2, old));
        Assert.False(await gate.Load.InstallAsync(gate.Sale.Keys, 2, TestGate.Contents(units: 2)));
        Assert.True((await gate.Gate.ReadAsync(gate.Sale.Keys))!.Rebuilding);
        Assert.True(await gate.Load.InstallAsync(gate.Sale.Keys, 3, TestGate.Contents(units: 3)));

        var holdings = (await gate.Gate.ReadHoldingsAsync(gate.Sale.Keys))!;
        Assert.Equal((3, 3L), (holdings.Sale.Left, holdings.Sale.Generation));
        Assert.Empty(holdings.Tickets);
        Assert.Empty(holdings.Held);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Begin_KeepsTheQueue(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 3);
        await gate.GrabAsync(new(1, 1, 1, "k"), new(2, 2, 1, null));

        await gate.Load.BeginAsync(gate.Sale.Keys, 2);

        Assert.Equal(2, (await gate.Gate.ReadQueueAsync(gate.Sale.Keys)).Count);
        Assert.Equal((false, null), await gate.Gate.FindTicketAsync(gate.Sale, 1));
        Assert.Null(await gate.Queue.PeekAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Find_LastWordThatThereIsNoTicket_NoGrabAsOldTakesAnythingAnyMore(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 5);
        var (first, late, next) = (IdAt(10), IdAt(20), IdAt(21));
        await gate.GrabAsync(new GrabTry(first, 1, 1, "k"));

        // A ticket that is there settles nothing, nor does who only wants to know.
        Assert.Equal((true, (1, 1)), await gate.Gate.FindTicketAsync(gate.Sale, first, settle: true));
        Assert.Equal((true, null), await gate.Gate.FindTicketAsync(gate.Sale, late));
        Assert.Equal((false, null), await gate.Gate.FindTicketAsync(gate.Sale with { Generation = 2 }, late, settle: true));
        Assert.Equal([GrabAnswer.Granted], (await gate.GrabAsync(new GrabTry(IdAt(5), 2, 1, null))).Answers);

        Assert.Equal((true, null), await gate.Gate.FindTicketAsync(gate.Sale, late, settle: true));
        Assert.Equal((true, null), await gate.Gate.FindTicketAsync(gate.Sale, IdAt(15), settle: true));
        Assert.Equal(BatchAnswer.Fenced, (await gate.GrabAsync(new(next, 3, 1, null), new(late, 9, 1, null))).Answer);
        Assert.Equal(BatchAnswer.Fenced, (await gate.GrabAsync(new GrabTry(IdAt(5), 9, 1, null))).Answer);
        Assert.Equal([GrabAnswer.Granted, GrabAnswer.Replayed], (await gate.GrabAsync(new(next, 3, 1, null), new(IdAt(22), 1, 1, "k"))).Answers);
        Assert.Equal(2, (await gate.AccountAsync()).Left);

        static long IdAt(long milliseconds) => milliseconds << IdGenerator.TimeShift;
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Trim_OnlyWhereAllStillAre(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 600);
        await GrabManyAsync(gate, first: 1, count: 510);
        var peeked = (await gate.Queue.PeekAsync(gate.Sale.Keys))!;
        await GrabManyAsync(gate, first: 511, count: 10);

        Assert.Equal(500, peeked.Raw.Count);
        Assert.True(await gate.Queue.TrimAsync(gate.Sale.Keys, peeked.Raw));
        Assert.False(await gate.Queue.TrimAsync(gate.Sale.Keys, peeked.Raw));

        var rest = (await gate.Queue.PeekAsync(gate.Sale.Keys))!;
        Assert.Equal(Enumerable.Range(501, 20), rest.Raw.Select(raw => (int)Ticket.Parse(raw)!.SeckillId));

        // Somebody else has trimmed a part of what this writer looked at.
        Assert.True(await gate.Queue.TrimAsync(gate.Sale.Keys, [.. rest.Raw.Take(5)]));
        Assert.False(await gate.Queue.TrimAsync(gate.Sale.Keys, rest.Raw));
        Assert.Equal(15, (await gate.Gate.ReadQueueAsync(gate.Sale.Keys)).Count);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TrimAndPeek_LooksAtWhatIsLeftInTheSameMoment(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 600);
        await GrabManyAsync(gate, first: 1, count: 510);
        var peeked = (await gate.Queue.PeekAsync(gate.Sale.Keys))!;

        var (trimmed, next) = await gate.Queue.TrimAndPeekAsync(gate.Sale.Keys, peeked.Raw, [peeked.Raw[7]]);
        Assert.True(trimmed);
        Assert.Equal(peeked.Generation, next!.Generation);
        Assert.Equal([.. Enumerable.Range(501, 10), 8], next.Raw.Select(raw => (int)Ticket.Parse(raw)!.SeckillId));

        // What was not there any more is not trimmed, and then nothing is looked at.
        Assert.Equal((false, null), await gate.Queue.TrimAndPeekAsync(gate.Sale.Keys, peeked.Raw));

        Assert.Equal((true, null), await gate.Queue.TrimAndPeekAsync(gate.Sale.Keys, next.Raw));
        Assert.Empty(await gate.Gate.ReadQueueAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task TrimAndPeek_SaleThatIsAnothersToWriteOrBeingRebuilt_TrimsAndLooksAtNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10);
        await GrabManyAsync(gate, first: 1, count: 3);
        var peeked = (await gate.Queue.PeekAsync(gate.Sale.Keys))!;

        // This process was frozen for longer than its lease.
        await gate.Database.StringSetAsync(gate.Sale.Keys.Writer, "another");
        Assert.Equal((true, null), await gate.Queue.TrimAndPeekAsync(gate.Sale.Keys, [peeked.Raw[0]]));
        Assert.Equal("another", (string?)await gate.Database.StringGetAsync(gate.Sale.Keys.Writer));

        await gate.Database.KeyDeleteAsync(gate.Sale.Keys.Writer);
        await gate.Load.BeginAsync(gate.Sale.Keys, 2);
        Assert.Equal((true, null), await gate.Queue.TrimAndPeekAsync(gate.Sale.Keys, [peeked.Raw[1]]));
        Assert.Equal([peeked.Raw[2]], await gate.Gate.ReadQueueAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Trim_FirstAndLastAreBackWithAnotherInBetween_RemovesNothing(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 10);
        await GrabManyAsync(gate, first: 1, count: 3);
        var slow = (await gate.Queue.PeekAsync(gate.Sale.Keys))!.Raw;

        // Others write the ticket in the middle; the two that stick go to the end one after the other, and somebody grabs in between.
        Assert.True(await gate.Queue.TrimAsync(gate.Sale.Keys, [.. slow.Take(2)], [slow[0]]));
        Assert.True(await gate.Queue.TrimAsync(gate.Sale.Keys, [slow[2]], []));
        await GrabManyAsync(gate, first: 4, count: 1);
        await gate.Database.ListRightPushAsync(gate.Sale.Keys.Queue, slow[2]);
        var queue = await gate.Gate.ReadQueueAsync(gate.Sale.Keys);
        Assert.Equal([slow[0], slow[2]], [queue[0], queue[2]]);

        Assert.False(await gate.Queue.TrimAsync(gate.Sale.Keys, slow, [slow[0], slow[2]]));
        Assert.Equal(queue, await gate.Gate.ReadQueueAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task ReadHoldings_OthersComeAndGo_MissesNothingThatStays(Store store)
    {
        const int Many = 3000;
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: Many + 1);
        await GrabManyAsync(gate, first: 1, count: Many);
        using var over = new CancellationTokenSource();
        var restless = Task.Run(ComeAndGoAsync, TestContext.Current.CancellationToken);
        for (var look = 0; look < 300; look++)
        {
            var holdings = (await gate.Gate.ReadHoldingsAsync(gate.Sale.Keys))!;
            Assert.All(Enumerable.Range(2, Many - 1), id => Assert.True(holdings.Tickets.ContainsKey(id) && holdings.Held.ContainsKey(id)));
        }

        await over.CancelAsync();
        await restless;

        // The first ticket goes, and somebody takes its place.
        async Task ComeAndGoAsync()
        {
            for (var (leaves, comes) = (1L, Many + 1L); !over.IsCancellationRequested; (leaves, comes) = (comes, comes + 1))
            {
                await gate.Release.RunAsync(gate.Sale.Keys, gate.Sale.Generation, backOnSale: true, [leaves]);
                await gate.GrabAsync(new GrabTry(comes, comes, 1, null));
            }
        }
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Read_UnitsThatWentAndCameBack_IsAnotherReading(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 5);
        var before = await gate.Gate.ReadAsync(gate.Sale.Keys);
        await gate.GrabAsync(new GrabTry(1, 1, 1, null));
        await gate.Queue.TrimAsync(gate.Sale.Keys, await gate.Gate.ReadQueueAsync(gate.Sale.Keys));
        await gate.Release.RunAsync(gate.Sale.Keys, gate.Sale.Generation, backOnSale: true, [1]);
        var after = await gate.Gate.ReadAsync(gate.Sale.Keys);
        Assert.Equal(before!.Left, after!.Left);
        Assert.NotEqual(before, after);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Close_TicketsInTheQueue_KeepsTheSale(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 5);
        await gate.GrabAsync(new GrabTry(1, 1, 1, null));

        Assert.False(await gate.Gate.CloseAsync(gate.Sale.Keys, gate.Sale.Generation));
        await gate.Gate.DropAsync(gate.Sale.Keys, gate.Sale.Generation);
        var waiting = await gate.Gate.ReadQueueAsync(gate.Sale.Keys);
        Assert.Single(waiting);

        // Closed, nothing is taken whatever time a grab thinks it is; a ticket taken before is never dropped.
        Assert.True(await gate.Queue.TrimAsync(gate.Sale.Keys, waiting));
        Assert.False(await gate.Gate.CloseAsync(gate.Sale.Keys, gate.Sale.Generation + 1));
        Assert.True(await gate.Gate.CloseAsync(gate.Sale.Keys, gate.Sale.Generation));
        Assert.Equal([GrabAnswer.Ended], (await gate.GrabAsync(new GrabTry(2, 2, 1, null))).Answers);
        await gate.Gate.DropAsync(gate.Sale.Keys, gate.Sale.Generation);
        Assert.Null(await gate.Gate.ReadAsync(gate.Sale.Keys));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Change_SameIdTwice_MovesOnce(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 5, limit: 9);
        await gate.GrabAsync(new GrabTry(1, 1, 4, null));

        Assert.Equal(new(GateOutcome.FewerLeft, Left: 1), await gate.Gate.ChangeAsync(gate.Sale.Keys, 1, changeId: 1, delta: -2));
        Assert.Equal(new(GateOutcome.Done), await gate.Gate.ChangeAsync(gate.Sale.Keys, 1, changeId: 2, delta: 7));
        Assert.Equal(new(GateOutcome.Done), await gate.Gate.ChangeAsync(gate.Sale.Keys, 1, changeId: 2, delta: 7));
        Assert.Equal(new(GateOutcome.NotNow), await gate.Gate.ChangeAsync(gate.Sale.Keys, 2, changeId: 3, delta: 7));

        // What was refused stays so, though there would be enough by now.
        Assert.Equal(new(GateOutcome.FewerLeft, Left: 8), await gate.Gate.ChangeAsync(gate.Sale.Keys, 1, changeId: 1, delta: -2));
        Assert.Equal(new(GateOutcome.NotLoaded), await gate.Gate.ChangeAsync(new(987), 1, changeId: 1, delta: -2));

        var account = await gate.AccountAsync();
        Assert.Equal((12, 8), (account.Units, account.Left));
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Grab_ManyBatchesAtOnce_NeverMoreThanTheUnitsOrTheLimit(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);
        await gate.LoadAsync(units: 500, limit: 5);
        var random = new Random(1);
        var batches = Enumerable.Range(0, 200)
            .Select(b => Enumerable.Range(0, 16).Select(i => new GrabTry(b * 16 + i + 1, random.Next(1, 200), random.Next(1, 4), i % 3 == 0 ? $"k{random.Next(3)}" : null)).ToArray())
            .ToList();

        var results = await Task.WhenAll(batches.Select(batch => gate.GrabAsync(batch)));

        var granted = results.Zip(batches).SelectMany(pair => pair.First.Answers.Zip(pair.Second)).Where(pair => pair.First == GrabAnswer.Granted).Select(pair => pair.Second).ToList();
        var account = await gate.AccountAsync();
        Assert.Equal(500 - account.Left, granted.Sum(g => g.Quantity));
        Assert.InRange(account.Left, 0, 500);
        Assert.All(granted.GroupBy(g => g.UserId), group => Assert.InRange(group.Sum(g => g.Quantity), 1, 5));
        Assert.Equal(granted.Select(g => g.SeckillId).Order(), account.Queue.Select(raw => Ticket.Parse(raw)!.SeckillId).Order());
    }

    private static async Task GrabManyAsync(TestGate gate, int first, int count)
    {
        foreach (var batch in Enumerable.Range(first, count).Chunk(GrabScript.BatchSize))
        {
            await gate.GrabAsync([.. batch.Select(id => new GrabTry(id, UserId: id, Quantity: 1, Key: null))]);
        }
    }
}
