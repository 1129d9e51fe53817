using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Seckill.Drills;

/// <summary>All drills, each with what it does.</summary>
internal static class Book
{
    private const int Shoppers = 20;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    // Where the process dies, and after how many passes.
    private static readonly (string Point, int After)[] Points =
    [
        ("grabbed", 25), ("orders-committed", 15), ("orders-closed", 3), ("released", 3), ("payment-started", 10), ("payment-taken", 10),
    ];

    /// <param name="length">1: each once, in a few minutes. More: each so many times as long.</param>
    public static IEnumerable<Drill> Of(int length)
    {
        (Store Store, Acknowledge Acknowledge)[] all = [(Store.Embedded, Acknowledge.Written), (Store.Redis, Acknowledge.Queued), (Store.Redis, Acknowledge.Written)];
        (Store Store, Acknowledge Acknowledge)[] redis = [.. all.Skip(1)];

        // The longest first, so that they do not come last and alone.
        return
        [
            .. all.Select(set => new Drill("killed at random", set.Store, set.Acknowledge, KilledAtRandomAsync)),
            .. Points.SelectMany((point, i) => Turns(i).Select(set => new Drill($"killed at {point.Point}", set.Store, set.Acknowledge, drill => KilledAtAsync(drill, point.Point, point.After)))),
            .. Turns(0).Select(set => new Drill("killed in the middle of a release", set.Store, set.Acknowledge, KilledWhileReleasingAsync)),
            .. Turns(1).Select(set => new Drill("killed while loading a sale", set.Store, set.Acknowledge, drill => KilledWhileLoadingAsync(drill, "loaded-in-part"))),
            .. Turns(0).Select(set => new Drill("killed as a rebuild begins", set.Store, set.Acknowledge, drill => KilledWhileLoadingAsync(drill, "generation-raised"))),
            .. Turns(1).Select(set => new Drill("killed while units are added in SQL", set.Store, set.Acknowledge, drill => KilledWhileChangingAsync(drill, "units-in-sql", 7))),
            .. Turns(0).Select(set => new Drill("killed while units are added in Redis", set.Store, set.Acknowledge, drill => KilledWhileChangingAsync(drill, "units-in-redis", 7))),
            .. Turns(1).Select(set => new Drill("killed while units are withdrawn", set.Store, set.Acknowledge, drill => KilledWhileChangingAsync(drill, "units-in-redis", -7))),
            new("killed after a refusal", Store.Redis, Acknowledge.Queued, KilledAfterRefusalAsync),
            .. RedisTurns(0).Select(set => new Drill("Redis killed", set.Store, set.Acknowledge, drill => RedisGoneAsync(drill, _ => { }, mayLose: false))),
            .. redis.Select(set => new Drill("Redis loses its last second", set.Store, set.Acknowledge, drill => RedisGoneAsync(drill, house => house.Redis!.CutTail(0.3), drill.MayLose))),
            .. RedisTurns(1).Select(set => new Drill("Redis comes back empty", set.Store, set.Acknowledge, drill => RedisGoneAsync(drill, house => house.Redis!.Wipe(), drill.MayLose))),
            .. redis.Select(set => new Drill("FLUSHALL", set.Store, set.Acknowledge, RedisFlushedAsync)),
            .. RedisTurns(0).Select(set => new Drill("Redis does not answer", set.Store, set.Acknowledge, RedisFrozenAsync)),
            .. RedisTurns(1).Select(set => new Drill("two processes, one killed", set.Store, set.Acknowledge, OneOfTwoKilledAsync)),
            .. RedisTurns(0).Select(set => new Drill("frozen for longer than its lease", set.Store, set.Acknowledge, FrozenProcessAsync)),
            .. Turns(1).Select(set => new Drill("a ticket that SQL rejects", set.Store, set.Acknowledge, PoisonAsync)),
            .. RedisTurns(1).Select(set => new Drill("Redis is damaged", set.Store, set.Acknowledge, DamagedAsync)),
            .. RedisTurns(0).Select(set => new Drill("frozen with a batch of orders in its hands", set.Store, set.Acknowledge, drill => FrozenAtAsync(drill, "tickets-peeked"))),
            .. RedisTurns(1).Select(set => new Drill("frozen while it rebuilds", set.Store, set.Acknowledge, drill => FrozenAtAsync(drill, "generation-raised"))),
            .. RedisTurns(0).Select(set => new Drill("frozen in the middle of a rebuild", set.Store, set.Acknowledge, drill => FrozenAtAsync(drill, "loaded-in-part"))),
            new("tickets delivered twice", Store.Redis, Acknowledge.Queued, DeliveredTwiceAsync),
            .. Turns(0).Select(set => new Drill("pay, cancel and expire at once", set.Store, set.Acknowledge, RacingForTheOrderAsync)),
            new("a clock minutes ahead", Store.Redis, Acknowledge.Queued, drill => ClockOffAsync(drill, TimeSpan.FromMinutes(5))),
            new("a clock minutes behind", Store.Redis, Acknowledge.Written, drill => ClockOffAsync(drill, TimeSpan.FromMinutes(-5))),
            .. Turns(1).Select(set => new Drill("SQL locked", set.Store, set.Acknowledge, SqlLockedAsync)),
            .. Turns(0).Select(set => new Drill("disk full", set.Store, set.Acknowledge, DiskFullAsync)),
        ];

        // The short form does each on one set-up, taking turns.
        IEnumerable<(Store Store, Acknowledge Acknowledge)> Turns(int turn) => length > 1 ? all : [all[turn % all.Length]];

        IEnumerable<(Store Store, Acknowledge Acknowledge)> RedisTurns(int turn) => length > 1 ? redis : [redis[turn % redis.Length]];
    }

    private static async Task KilledAtRandomAsync(Drill drill)
    {
        // In the long form, at length 2, there are more than 200 kills.
        var rounds = Drill.Length == 1 ? 3 : 78 * Drill.Length;
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150 + 25 * rounds, limit: 5, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            for (var round = 0; round < rounds && !Drill.TimeIsUp; round++)
            {
                await crowd.SeeAsync(5);
                await Clock.PauseAsync(Random.Shared.Next(300));
                await house.Server.KillAsync(underLoad: true);
                if (round % 3 == 1 && await house.Server.StartToDieAsync(null, TimeSpan.FromMilliseconds(Random.Shared.Next(200, 2_500))))
                {
                    // It was to be killed once more, before it is up.
                    drill.Violated("The program could not start after it was killed.");
                }

                await house.Server.StartAsync();
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task KilledAtAsync(Drill drill, string point, int after)
    {
        await using var house = await House.StartAsync(drill, dieAt: (point, Random.Shared.Next(1, 2 * after)));
        var sale = await house.PlanAsync(units: 60 + 60 * drill.Rounds(1), limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            var died = await house.Server.DiedAsync(Server.Patience);
            for (var round = 1; died && round < drill.Rounds(1); round++)
            {
                // What waited may bring it there before it serves anybody.
                died = await house.Server.StartToDieAsync((point, Random.Shared.Next(1, 2 * after)), Server.Patience);
            }

            if (!died)
            {
                drill.Violated($"The process never got to {point}.");
            }

            await house.Server.StartAsync();
            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task KilledWhileReleasingAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill, dieAt: ("released-in-part", 1));

        // More than one call's worth fall due at once, because nobody writes meanwhile.
        const int Orders = 700;
        var sale = await house.PlanAsync(units: Orders, limit: 1, TimeSpan.FromSeconds(12));
        var crowd = new Crowd(house, sale);
        await using (new Watch(house, sale, drill.Violated))
        {
            await Parallel.ForEachAsync(Enumerable.Range(1, Orders), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (user, _) =>
            {
                var grab = new Grab(user, 1);
                crowd.Grabs.Add(grab);
                await crowd.TakeAsync(grab);
            });

            // While the ledger is locked they all fall due; then one sweep closes them.
            using (var ledger = house.OpenLedger())
            {
                await Clock.PauseAsync(4_000);
                using var all = ledger.CreateCommand();
                all.CommandText = "BEGIN IMMEDIATE";
                all.ExecuteNonQuery();
                await Clock.PauseAsync(9_000);
                all.CommandText = "COMMIT";
                all.ExecuteNonQuery();
            }

            if (!await house.Server.DiedAsync(Server.Patience))
            {
                drill.Violated("The process never released so much at once.");
            }

            await house.Server.StartAsync();
            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task KilledWhileLoadingAsync(Drill drill, string point)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            // Something that stays, or there is nothing to load.
            await Clock.UntilAsync(() => Task.FromResult(crowd.Grabs.Any(grab => grab.Paid)), Server.Patience);
            await crowd.SeeAsync(20);
            await house.Server.KillAsync();
            if (house.Redis is not null)
            {
                await (await house.RedisServerAsync()).FlushAllDatabasesAsync();
            }

            if (!await house.Server.StartToDieAsync((point, 1), Server.Patience))
            {
                drill.Violated($"The process never got to {point}.");
            }

            await house.Server.StartAsync();
            await new Books(drill, house, sale, crowd).CloseAsync(drill.MayLose);
        }
    }

    private static async Task KilledWhileChangingAsync(Drill drill, string point, int delta)
    {
        await using var house = await House.StartAsync(drill, dieAt: (point, 1));
        var sale = await house.PlanAsync(units: 120, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(5);
            var change = Task.Run(() => house.Server.SellAsync(HttpMethod.Post, $"/api/seller/sales/{sale.SaleId}/stock", new { delta }, key: "the-change"));
            if (!await house.Server.DiedAsync(Server.Patience))
            {
                drill.Violated($"The process never got to {point}.");
            }

            await change;
            await house.Server.StartAsync();

            // The same key: confirmed once, whatever had been done of it.
            var repeated = await house.Server.SellAsync(HttpMethod.Post, $"/api/seller/sales/{sale.SaleId}/stock", new { delta }, key: "the-change");
            await new Books(drill, house, sale, crowd).CloseAsync();
            if (repeated.Code != 0 || drill.Figures["units"] != sale.Units + delta)
            {
                drill.Violated($"The change of {delta} was answered {repeated.Code} and there are {drill.Figures["units"]} units.");
            }
        }
    }

    private static async Task KilledAfterRefusalAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill, dieAt: ("tickets-refused", 1));
        var sale = await house.PlanAsync(units: 120, limit: 3, TimeSpan.FromSeconds(8));
        var crowd = new Crowd(house, sale);
        await using (new Watch(house, sale, drill.Violated))
        {
            // Redis forgets what a shopper holds, and admits too much; SQL refuses.
            var first = new Grab(1, 3);
            await crowd.TakeAsync(first);
            await crowd.OrderAsync(first);
            await (await house.RedisAsync()).KeyDeleteAsync($"{{sale:{sale.SaleId}}}:held");
            var second = new Grab(1, 3);
            var asking = crowd.TakeAsync(second);
            if (!await house.Server.DiedAsync(Server.Patience))
            {
                drill.Violated("The process never refused a ticket.");
            }

            await house.Server.StartAsync();
            await asking;
            crowd.Grabs.Add(first);
            crowd.Come(Shoppers);
            await new Books(drill, house, sale, crowd).CloseAsync(mayRepair: true);
            if (second.SeckillId is not null && (await crowd.OrderAsync(second) || second.ToldNone != "refused"))
            {
                drill.Violated("A shopper whose ticket SQL refused is not told so.");
            }
        }
    }

    private static async Task RedisGoneAsync(Drill drill, Action<House> meanwhile, bool mayLose)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150 * drill.Rounds(1), limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            for (var round = 0; round < drill.Rounds(1); round++)
            {
                await crowd.SeeAsync(40);
                await house.Redis!.KillAsync();
                meanwhile(house);
                await Clock.PauseAsync(Random.Shared.Next(1_000));
                await house.Redis.StartAsync();
                if (round < drill.Rounds(1) - 1)
                {
                    await crowd.SeeAsync(5);
                }
            }

            await new Books(drill, house, sale, crowd).CloseAsync(mayLose);
        }
    }

    private static async Task RedisFlushedAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150 * drill.Rounds(1), limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            for (var round = 0; round < drill.Rounds(2); round++)
            {
                await crowd.SeeAsync(25);
                await (await house.RedisServerAsync()).FlushAllDatabasesAsync();
                if (round < drill.Rounds(2) - 1)
                {
                    await crowd.SeeAsync(5);
                }
            }

            await new Books(drill, house, sale, crowd).CloseAsync(drill.MayLose);
        }
    }

    private static async Task RedisFrozenAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(20);
            await Signals.SendAsync(house.Redis!.ProcessId, "STOP");

            // Whoever asks now is answered, and soon: half a second, but for the noise of a machine that does much else.
            await Clock.PauseAsync(500);
            var waits = new List<TimeSpan>();
            for (var i = 0; i < 11; i++)
            {
                var grab = new Grab(77, 1);
                crowd.Grabs.Add(grab);
                var reply = await crowd.AskAsync(house.Server, grab);
                waits.Add(reply.Took);
                if (reply.Code is not (50300 or 50301) || !reply.SaysWhen)
                {
                    drill.Violated($"A grab while Redis does not answer was answered {reply.Code} {(reply.SaysWhen ? "with" : "without")} Retry-After.");
                }
            }

            waits.Sort();
            if (waits[waits.Count / 2] > TimeSpan.FromMilliseconds(500) || waits[^1] > TimeSpan.FromSeconds(2))
            {
                drill.Violated($"Grabs while Redis does not answer waited {string.Join(", ", waits.Select(wait => $"{wait.TotalMilliseconds:0}"))} ms.");
            }

            await Clock.PauseAsync(1_000);
            await Signals.SendAsync(house.Redis.ProcessId, "CONT");
            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task OneOfTwoKilledAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill, [[], []]);
        var rounds = drill.Rounds(2);
        var sale = await house.PlanAsync(units: 100 + 60 * rounds, limit: 4, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            for (var round = 0; round < rounds; round++)
            {
                await crowd.SeeAsync(25);
                var server = house.Servers[round % 2];
                await server.KillAsync(underLoad: true);
                await crowd.SeeAsync(10);
                await server.StartAsync();
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task FrozenProcessAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill, [[], []]);
        var sale = await house.PlanAsync(units: 200, limit: 4, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            // One after the other, so that it is once the one that writes the orders.
            foreach (var server in house.Servers)
            {
                await crowd.SeeAsync(25);

                // The lease of the writer is 5 seconds.
                await server.FreezeAsync();
                await Clock.PauseAsync(7_000);
                await server.ThawAsync();
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    // A process that only writes orders, or only looks after sales, stands still at the worst moment and for longer than any lease; the
    // shop's process, which can do all, takes over; then it wakes up. It serves nobody, so it does not freeze in the middle of somebody's
    // payment: Sqlite, a file, would be locked for as long. In the middle of a sweep it may, and then this is no drill and begins anew.
    private static async Task FrozenAtAsync(Drill drill, string point)
    {
        const int Tries = 5;
        for (var i = 0; i < Tries; i++)
        {
            if (await TryFreezeAtAsync(drill, point))
            {
                return;
            }
        }

        drill.Violated("The process always froze with the database locked.");
    }

    // False: it froze with the database locked.
    private static async Task<bool> TryFreezeAtAsync(Drill drill, string point)
    {
        var writes = point == "tickets-peeked";
        await using var house = await House.StartAsync(drill, [[], [("Seckill__Roles", writes ? "orders" : "jobs"), ("Drills__FreezeAt", point), ("Drills__After", writes ? "1" : "2")]]);
        var sale = await house.PlanAsync(units: 200, limit: 4, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        var frozen = house.Servers[1];
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(25);

            // Until it is this process that does it: the other one's right to write is taken away, or there is something to rebuild.
            await Clock.UntilAsync(
                async () =>
                {
                    if (writes)
                    {
                        await (await house.RedisAsync()).KeyDeleteAsync($"{{sale:{sale.SaleId}}}:writer");
                        return await frozen.IsFrozenAsync(TimeSpan.FromSeconds(0.5));
                    }

                    // The shop's process, whose grabs notice at once, would nearly always be the first.
                    await house.Server.FreezeAsync();
                    await (await house.RedisServerAsync()).FlushAllDatabasesAsync();
                    var isFrozen = await frozen.IsFrozenAsync(TimeSpan.FromSeconds(3));
                    await house.Server.ThawAsync();
                    return isFrozen;
                },
                Server.Patience);
            if (!await frozen.IsFrozenAsync(TimeSpan.Zero))
            {
                drill.Violated($"The process never got to {point}.");
            }

            if (!await Clock.UntilAsync(() => Task.FromResult(house.CanWriteLedger()), TimeSpan.FromSeconds(2)))
            {
                await frozen.ThawAsync();
                await crowd.LeaveAsync();
                return false;
            }

            // The other one takes over within the time that everything has.
            var users = 600_000_000L;
            var tookOver = await Clock.UntilAsync(
                async () =>
                {
                    var grab = new Grab(users++, 1);
                    crowd.Grabs.Add(grab);
                    return (await crowd.AskAsync(house.Server, grab)).Code is 0 or 40903;
                },
                TimeSpan.FromSeconds(10));
            if (!tookOver)
            {
                drill.Violated("The other process did not take over within 10 s.");
            }

            await Clock.PauseAsync(6_000);
            await frozen.ThawAsync();
            await new Books(drill, house, sale, crowd).CloseAsync(drill.MayLose && !writes);
            return true;
        }
    }

    private static async Task PoisonAsync(Drill drill)
    {
        const long Poisoned = 42;
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 300, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(10);
            Change($"CREATE TRIGGER DrillRejects BEFORE INSERT ON Orders WHEN NEW.BuyerId = {Poisoned} BEGIN SELECT RAISE(ABORT, 'rejected by a drill'); END");
            var grab = new Grab(Poisoned, 2);
            var first = await crowd.AskAsync(house.Server, grab);
            // Where winners wait for their order: that there is none, or, when all the tries took longer than they wait, that nobody knows yet.
            if (drill.Acknowledge == Acknowledge.Queued ? first.Code != 0 : first.Code is not (50300 or 50301))
            {
                drill.Violated($"A ticket that SQL rejects was answered {first.Code}.");
            }

            // The queue goes on, and an operator sees the ticket. What is left is enough for the operator, too.
            await crowd.SeeAsync(20);
            await crowd.LeaveAsync();
            string? refused = null;
            await Clock.UntilAsync(
                async () =>
                {
                    var tickets = (await house.Server.SellAsync(HttpMethod.Get, "/api/admin/refused-tickets")).Data.GetProperty("items").EnumerateArray();
                    refused = tickets.FirstOrDefault(ticket => ticket.GetProperty("userId").GetString() == $"{Poisoned}") is { ValueKind: not JsonValueKind.Undefined } ticket ? ticket.GetProperty("seckillId").GetString() : null;
                    return refused is not null;
                },
                TimeSpan.FromSeconds(10));
            if (refused is null)
            {
                drill.Violated("No operator sees the ticket.");
                return;
            }

            var told = await house.Server.AskAsync(HttpMethod.Get, $"/api/seckill/{refused}", Poisoned);
            if (told.Text("status") != "refused" || told.Text("reason") != "unwritable" || (grab.SeckillId is not null && grab.SeckillId != refused))
            {
                drill.Violated($"The shopper is told {told.Code} {told.Text("status")} {told.Text("reason")}.");
            }

            // Mended; the operator grabs for the shopper, under another id.
            Change("DROP TRIGGER DrillRejects");
            var again = await house.Server.SellAsync(HttpMethod.Post, $"/api/admin/refused-tickets/{refused}/grab");
            var mended = new Grab(Poisoned, 2) { SeckillId = again.Text("seckillId") };
            if (again.Code != 0 || mended.SeckillId == refused || !await crowd.OrderAsync(mended))
            {
                drill.Violated($"Grabbing again for the shopper was answered {again.Code} {mended.SeckillId}.");
            }

            crowd.Grabs.Add(mended);
            crowd.Come(Shoppers);
            await new Books(drill, house, sale, crowd).CloseAsync();
        }

        void Change(string sql)
        {
            using var ledger = house.OpenLedger();
            using var command = ledger.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    // Somebody's hand in Redis: the audit sees it, twice over, and has the sale rebuilt.
    private static async Task DamagedAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(20);
            var (redis, key) = (await house.RedisAsync(), $"{{sale:{sale.SaleId}}}");
            await redis.HashDecrementAsync(key, "left", 5);
            var books = new Books(drill, house, sale, crowd);
            await books.CloseAsync(mayRepair: true);
            if (books.Repairs == 0)
            {
                drill.Violated("The audit did not repair the sale.");
            }
        }
    }

    private static async Task DeliveredTwiceAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 150, limit: 3, Window);
        var crowd = new Crowd(house, sale).Come(Shoppers);
        var (redis, queue, again) = (await house.RedisAsync(), $"{{sale:{sale.SaleId}}}:queue", 0);
        var seen = new HashSet<string>();
        await using (new Watch(house, sale, drill.Violated))
        {
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(6 * drill.Rounds(1)))
            {
                foreach (var ticket in await redis.ListRangeAsync(queue))
                {
                    if (seen.Add(ticket!))
                    {
                        // Now, and once more when its order has long been written.
                        await redis.ListRightPushAsync(queue, [ticket, ticket]);
                        again++;
                        _ = Clock.PauseAsync(1_500).ContinueWith(_ => redis.ListRightPushAsync(queue, ticket), TaskScheduler.Default);
                    }
                }
            }

            await Clock.PauseAsync(2_000);
            if (again == 0)
            {
                throw new DrillException("No ticket was ever seen in the queue.");
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task RacingForTheOrderAsync(Drill drill)
    {
        await using var house = await House.StartAsync(drill);
        var sale = await house.PlanAsync(units: 60, limit: 1, Window);
        var crowd = new Crowd(house, sale);
        await using (new Watch(house, sale, drill.Violated))
        {
            for (var round = 0; round < drill.Rounds(2); round++)
            {
                await Parallel.ForEachAsync(Enumerable.Range(1, 40), new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (i, _) =>
                {
                    var grab = new Grab(1_000_000 * (round + 1) + i, 1);
                    crowd.Grabs.Add(grab);
                    if (await crowd.TakeAsync(grab) != 0 || !await crowd.OrderAsync(grab))
                    {
                        return;
                    }

                    // In the last moments, when the sweep is near as well.
                    var wait = await PayBeforeAsync(house, grab) - TimeProvider.System.GetUtcNow() - TimeSpan.FromMilliseconds(Random.Shared.Next(-300, 120));
                    await Clock.PauseAsync(Math.Max(0, wait.TotalMilliseconds));
                    await (i % 3 == 0 ? Task.WhenAll(crowd.PayAsync(grab), crowd.PayAsync(grab), crowd.CancelAsync(grab)) : Task.WhenAll(crowd.PayAsync(grab), crowd.PayAsync(grab)));
                });
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task<DateTimeOffset> PayBeforeAsync(House house, Grab grab) =>
        DateTimeOffset.Parse((await house.Server.AskAsync(HttpMethod.Get, $"/api/orders/{grab.OrderId}", grab.User)).Text("payBefore")!, CultureInfo.InvariantCulture);

    private static async Task ClockOffAsync(Drill drill, TimeSpan off)
    {
        await using var house = await House.StartAsync(drill, [[], [("Drills__ClockOff", off.ToString("c", CultureInfo.InvariantCulture))]]);
        var sale = await house.PlanAsync(units: 100, limit: 3, TimeSpan.FromSeconds(6), opensIn: TimeSpan.FromSeconds(6));
        var crowd = new Crowd(house, sale);
        await using (new Watch(house, sale, drill.Violated))
        {
            var heard = new HashSet<Server>();
            while (TimeProvider.System.GetUtcNow() < sale.OpensAt - TimeSpan.FromMilliseconds(300))
            {
                foreach (var server in house.Servers)
                {
                    var early = await server.AskAsync(HttpMethod.Post, "/api/seckill", 5, new { productId = sale.ProductId.ToString(CultureInfo.InvariantCulture), quantity = 1 });
                    if (TimeProvider.System.GetUtcNow() >= sale.OpensAt)
                    {
                        break;
                    }

                    if (early.Code == 40901)
                    {
                        heard.Add(server);
                    }
                    else if (early.Code != 50300)
                    {
                        drill.Violated($"Before the sale opens a grab was answered {early.Code}.");
                    }
                }

                // A fast machine is not to be over what one shopper may ask in a second.
                await Clock.PauseAsync(10);
            }

            if (heard.Count < house.Servers.Count)
            {
                throw new DrillException("The sale opened before every process had been asked.");
            }

            // It opens for everybody at once, whichever process is asked.
            foreach (var server in house.Servers)
            {
                var code = 40901;
                await Clock.UntilAsync(async () => (code = (await crowd.AskAsync(server, new(7, 1))).Code) != 40901, TimeSpan.FromSeconds(10));
                if (code != 0)
                {
                    drill.Violated($"Once the sale is open a grab is answered {code}.");
                }
            }

            // An order that somebody pays for in time is not closed early by the process that is ahead.
            var slow = new Grab(6, 1);
            crowd.Grabs.Add(slow);
            if (await crowd.TakeAsync(slow) != 0 || !await crowd.OrderAsync(slow))
            {
                throw new DrillException("The first shopper got no order.");
            }

            crowd.Come(Shoppers);
            await Clock.PauseAsync(2_500);
            await crowd.PayAsync(slow);
            var answered = TimeProvider.System.GetUtcNow();
            if (!slow.Paid && answered < await PayBeforeAsync(house, slow))
            {
                drill.Violated("An order was closed before its time.");
            }

            await crowd.SeeAsync(60);
            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task SqlLockedAsync(Drill drill)
    {
        const int Bound = 40;
        await using var house = await House.StartAsync(drill, [[("Ordering__QueueBound", Bound.ToString(CultureInfo.InvariantCulture))]]);
        var sale = await house.PlanAsync(units: 300, limit: 3, TimeSpan.FromSeconds(8));
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(10);
            using (var ledger = house.OpenLedger())
            {
                using var command = ledger.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE";
                command.ExecuteNonQuery();

                // The queue fills to its bound; then nothing is taken any more, and that is said.
                var full = false;
                await Parallel.ForEachAsync(Enumerable.Range(1, 120), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, _) =>
                {
                    var grab = new Grab(500_000_000 + i, 1);
                    crowd.Grabs.Add(grab);
                    var reply = await crowd.AskAsync(house.Server, grab);
                    full |= reply.Code == 50300;
                    if (drill.Acknowledge == Acknowledge.Written && reply.Code == 0)
                    {
                        drill.Violated("A winner was told so while nothing could be written.");
                    }

                    if (reply.Code is 0 or 50301)
                    {
                        var status = await house.Server.AskAsync(HttpMethod.Get, $"/api/seckill/{reply.Text("seckillId")}", grab.User);
                        if (status.Text("status") != "pendingOrder")
                        {
                            drill.Violated($"A grab that was answered {reply.Code}, and whose order cannot be written yet, is said to be {status.Code} {status.Text("status")}.");
                        }
                    }
                });
                if (!full)
                {
                    drill.Violated("The queue went over its bound.");
                }

                command.CommandText = "COMMIT";
                command.ExecuteNonQuery();
            }

            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static async Task DiskFullAsync(Drill drill)
    {
        if (!Disk.CanMount)
        {
            drill.Skip("only root may mount a small disk");
            return;
        }

        await using var house = await House.StartAsync(drill, disk: 24 * 1024 * 1024);
        var sale = await house.PlanAsync(units: 400, limit: 3, TimeSpan.FromSeconds(5));
        var crowd = new Crowd(house, sale).Come(Shoppers);
        await using (new Watch(house, sale, drill.Violated))
        {
            await crowd.SeeAsync(20);
            var filler = await Disk.FillAsync(house.Directory);
            await Clock.PauseAsync(4_000);
            if (!await Clock.UntilAsync(() => Task.FromResult(crowd.TurnedAway > 0), TimeSpan.FromSeconds(20)))
            {
                drill.Violated("Nobody felt that the disk is full.");
            }

            File.Delete(filler);
            await new Books(drill, house, sale, crowd).CloseAsync();
        }
    }

    private static int Rounds(this Drill drill, int once) => once * Drill.Length;
}
