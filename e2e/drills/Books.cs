using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Seckill.Drills;

/// <summary>The verdict: sold exactly N, nothing lost, nothing twice. Asked of the API, of SQL and of Redis.</summary>
internal sealed class Books(Drill drill, House house, Sale sale, Crowd crowd)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Finality = TimeSpan.FromSeconds(90);

    // Users who were not in the crowd.
    private long _buyers = 1_000_000_000;

    /// <summary>How often the audit had the sale rebuilt.</summary>
    public long Repairs => Number("SELECT COUNT(*) FROM AuditEntries WHERE SubjectId = $sale AND Action = 'repair'");

    /// <param name="mayLose">Data of the store was destroyed and winners do not wait for their orders: a ticket may be told as "not confirmed".</param>
    /// <param name="mayRepair">The drill damaged what Redis holds, so the audit may have had to repair it; never otherwise.</param>
    public async Task CloseAsync(bool mayLose = false, bool mayRepair = false)
    {
        var account = await SettleAsync();
        foreach (var violation in crowd.Violations.Distinct())
        {
            drill.Violated(violation);
        }

        await AskEverybodyAsync(mayLose);
        await WaitUntilFinalAsync();
        await ReadSqlAsync();
        await SellOutAsync();
        await ReadSqlAsync();
        if (house.Redis is not null)
        {
            await ReadRedisAsync();
        }

        if (!mayRepair && Repairs > 0)
        {
            drill.Violated($"The audit had to repair the sale {Repairs} times.");
        }

        drill.Note("acknowledged", crowd.Acknowledged);
        drill.Note("kills", house.Servers.Sum(server => server.Kills));
        if (house.Servers.Sum(server => server.IdleKills) is not 0 and var idle)
        {
            drill.Violated($"{idle} kills came when nobody was waiting for an answer.");
        }

        drill.Note("settled", account.TotalSeconds);
        drill.Note("slowest", crowd.SlowestRefusal.TotalSeconds);
    }

    // Called at once after the last disturbance. Shoppers come and go until a few more have been served; the difference goes meanwhile, at the
    // latest when they have gone.
    private async Task<TimeSpan> SettleAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var leaving = Task.Run(async () =>
        {
            if (crowd.IsThere)
            {
                await crowd.SeeAsync(5);
            }

            await crowd.LeaveAsync();
        });
        await SeeSettledAsync("after the last disturbance");
        var took = Stopwatch.GetElapsedTime(began);
        await leaving;
        return took;
    }

    private async Task SeeSettledAsync(string since)
    {
        var began = Stopwatch.GetTimestamp();
        var last = "no answer";
        await Clock.UntilAsync(
            async () =>
            {
                var account = await house.Server.SellAsync(HttpMethod.Get, $"/api/seller/sales/{sale.SaleId}/account");
                last = account.Data.ToString();
                return account.Number("difference") == 0 && account.Number("queued") == 0;
            },
            2 * Settling);
        var took = Stopwatch.GetElapsedTime(began);
        if (took > Settling)
        {
            drill.Violated(string.Create(CultureInfo.InvariantCulture, $"It took the account {took.TotalSeconds:0.0} s {since} to agree (more than {Settling.TotalSeconds:0}): {last}"));
        }
    }

    // Everybody who was ever given a seckill id learns what came of it.
    private async Task AskEverybodyAsync(bool mayLose)
    {
        var (lost, orders) = (0, new ConcurrentDictionary<string, Grab>());
        await Parallel.ForEachAsync(crowd.Grabs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (grab, _) =>
        {
            var alive = 0;
            if (grab.SeckillId is { } id)
            {
                var (status, orderId) = await AskAsync(id, grab.User);
                if (status is null)
                {
                    drill.Violated($"Grab {id} of user {grab.User} never gets an answer.");
                }
                else if (orderId is null)
                {
                    Interlocked.Increment(ref lost);
                    if (!mayLose || status is not ("not confirmed" or "refused"))
                    {
                        drill.Violated($"Grab {id} of user {grab.User} was acknowledged and is {status}.");
                    }
                }
                else if (!orders.TryAdd(orderId, grab))
                {
                    drill.Violated($"Order {orderId} stands for two grabs.");
                }

                alive += orderId is null ? 0 : 1;
                Compare(grab, status, orderId);
            }

            // Who clicks twice, and loses the first in between, gets another one by the second.
            foreach (var other in grab.Others.Keys)
            {
                var (status, orderId) = await AskAsync(other, grab.User);
                alive += orderId is null ? 0 : 1;
                if (!mayLose || status is null || alive > 1)
                {
                    drill.Violated($"One key of user {grab.User} stands for {grab.SeckillId} and {other}.");
                }
            }

            foreach (var none in grab.NotConfirmed.Keys)
            {
                if ((await AskAsync(none, grab.User)).OrderId is { } order)
                {
                    drill.Violated($"Grab {none} of user {grab.User} was told as not confirmed and is order {order}.");
                }
            }

            foreach (var possible in grab.Possible.Keys.Where(possible => possible != grab.SeckillId && !grab.Others.ContainsKey(possible)))
            {
                var (status, orderId) = await AskAsync(possible, grab.User);
                if (status is null)
                {
                    drill.Violated($"Grab {possible} of user {grab.User}, of which nobody knew, never gets an answer.");
                }
                else if (orderId is not null && (grab.SeckillId is not null || grab.Refusal is not null))
                {
                    drill.Violated($"Order {orderId} of user {grab.User} is there, and the same request was answered {grab.SeckillId ?? $"{grab.Refusal}"} afterwards.");
                }
            }
        });
        drill.Note("lost", lost);
        drill.Note("notConfirmed", crowd.Grabs.Sum(grab => grab.NotConfirmed.Count));
    }

    // What is so in the end, and what the shopper was told on the way.
    private void Compare(Grab grab, string? status, string? orderId)
    {
        if (grab.OrderId is not null && orderId != grab.OrderId)
        {
            drill.Violated($"Grab {grab.SeckillId} had order {grab.OrderId} and has {orderId ?? "none"}.");
        }

        if (grab.ToldNone is not null && orderId is not null)
        {
            drill.Violated($"Grab {grab.SeckillId} was told as {grab.ToldNone} and is order {orderId}.");
        }

        if (grab.Paid && status != "paid")
        {
            drill.Violated($"Order {grab.OrderId} was told as paid and is {status}.");
        }

        if (grab.Cancelled && status != "cancelled")
        {
            drill.Violated($"Order {grab.OrderId} was told as cancelled and is {status}.");
        }
    }

    private async Task<(string? Status, string? OrderId)> AskAsync(string seckillId, long user)
    {
        (string? Status, string? OrderId) answer = default;
        await Clock.UntilAsync(
            async () =>
            {
                var reply = await house.Server.AskAsync(HttpMethod.Get, $"/api/seckill/{seckillId}", user);
                answer = reply.Code == 40400 ? ("not confirmed", null) : (reply.Text("status"), reply.Text("orderId"));
                return answer.Status is not (null or "pendingOrder");
            },
            TimeSpan.FromSeconds(15));
        return answer.Status == "pendingOrder" ? default : answer;
    }

    private async Task WaitUntilFinalAsync()
    {
        var final = await Clock.UntilAsync(
            () => Task.FromResult(Number(
                """
                SELECT (SELECT COUNT(*) FROM Orders WHERE SaleId = $sale AND (Status = 'PendingPayment' OR (ClosedAt IS NOT NULL AND ReleasedAt IS NULL)))
                     + (SELECT COUNT(*) FROM Payments WHERE Status IN ('Started', 'Taken', 'RefundDue'))
                """) == 0),
            Finality);
        if (!final)
        {
            drill.Violated("Some orders or payments never become final.");
        }
    }

    private async Task ReadSqlAsync()
    {
        await Task.CompletedTask;
        None("orders and their records say different things", "SELECT COUNT(*) FROM Orders o LEFT JOIN SeckillRecords r ON r.SeckillId = o.SeckillId WHERE o.SaleId = $sale AND (r.Id IS NULL OR r.Status <> o.Status OR r.OrderId <> o.OrderId OR r.Quantity <> o.Quantity OR r.UserId <> o.BuyerId)");
        None("records name orders that are not there", "SELECT COUNT(*) FROM SeckillRecords r LEFT JOIN Orders o ON o.OrderId = r.OrderId WHERE r.SaleId = $sale AND r.OrderId IS NOT NULL AND o.Id IS NULL");
        None("paid orders were closed, or closed ones are open", "SELECT COUNT(*) FROM Orders WHERE SaleId = $sale AND (ClosedAt IS NOT NULL) <> (Status IN ('Cancelled', 'TimedOut'))");
        None("paid orders have not exactly one payment", "SELECT COUNT(*) FROM Orders o WHERE o.SaleId = $sale AND o.Status = 'Paid' AND (SELECT COUNT(*) FROM Payments p WHERE p.OrderId = o.OrderId AND p.Status = 'Applied') <> 1");
        None("payments were applied to orders that are not paid", "SELECT COUNT(*) FROM Payments p JOIN Orders o ON o.OrderId = p.OrderId WHERE p.Status = 'Applied' AND o.Status <> 'Paid'");
        None("the gateway keeps money of orders that are not paid", "SELECT COUNT(*) FROM SandboxCharges c LEFT JOIN Payments p ON p.PaymentId = c.PaymentId WHERE c.State = 'Taken' AND COALESCE(p.Status, '') <> 'Applied'");
        None("paid orders' money is not with the gateway", "SELECT COUNT(*) FROM Payments p LEFT JOIN SandboxCharges c ON c.PaymentId = p.PaymentId WHERE p.Status = 'Applied' AND COALESCE(c.State, '') <> 'Taken'");
        None("the ledger's units do not add up", "SELECT ABS(s.Units - t.SeckillStock - (SELECT COALESCE(SUM(Quantity), 0) FROM Orders o WHERE o.SaleId = s.SaleId AND o.Status IN ('PendingPayment', 'Paid'))) FROM FlashSales s JOIN Stocks t ON t.SaleId = s.SaleId WHERE s.SaleId = $sale");
        None("shoppers hold more than their limit", $"SELECT COUNT(*) FROM (SELECT 1 FROM Orders WHERE SaleId = $sale AND Status IN ('PendingPayment', 'Paid') GROUP BY BuyerId HAVING SUM(Quantity) > {sale.Limit})");

        None("orders moved that were paid or closed", "SELECT COUNT(*) FROM DrillLog WHERE What = 'moved' AND Before <> 'PendingPayment'");
        None("orders came when there was nothing left for them", "SELECT COUNT(*) FROM DrillLog WHERE What = 'oversold'");
        None("orders came above their shoppers' limit", "SELECT COUNT(*) FROM DrillLog WHERE What = 'over the limit'");

        void None(string what, string query)
        {
            if (Number(query) is not 0 and var count)
            {
                drill.Violated($"SQL: {what} ({count}).");
            }
        }
    }

    // What came back can be bought; then every unit is paid, and there is not one more.
    private async Task SellOutAsync()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, _) =>
        {
            var quantity = sale.Limit;
            while (quantity > 0)
            {
                var grab = new Grab(Interlocked.Increment(ref _buyers), quantity);
                if (await crowd.TakeAsync(grab) != 0)
                {
                    quantity = Math.Min(quantity, (await house.Server.SellAsync(HttpMethod.Get, $"/api/seller/sales/{sale.SaleId}/account")).Number("left") ?? 0);
                }
                else if (await crowd.OrderAsync(grab))
                {
                    await crowd.PayAsync(grab);
                }
            }
        });
        await SeeSettledAsync("after the last unit was sold");
        var (units, paid) = (Number("SELECT Units FROM FlashSales WHERE SaleId = $sale"), Number("SELECT COALESCE(SUM(Quantity), 0) FROM Orders WHERE SaleId = $sale AND Status = 'Paid'"));
        drill.Note("units", units);
        drill.Note("paid", paid);
        if (paid != units)
        {
            drill.Violated($"{paid} of {units} units could be sold.");
        }

        var one = await crowd.TakeAsync(new(Interlocked.Increment(ref _buyers), 1));
        if (one != 40903)
        {
            drill.Violated($"One more grab is answered {one}.");
        }
    }

    private async Task ReadRedisAsync()
    {
        var redis = await house.RedisAsync();
        var key = $"{{sale:{sale.SaleId}}}";
        var left = (int)await redis.HashGetAsync(key, "left");
        var tickets = (await redis.HashGetAllAsync($"{key}:tickets")).Select(entry => ((string)entry.Value!).Split(':')).Select(parts => (User: parts[0], Units: int.Parse(parts[1], CultureInfo.InvariantCulture))).ToList();
        var held = (await redis.HashGetAllAsync($"{key}:held")).ToDictionary(entry => (string)entry.Name!, entry => (int)entry.Value);
        var sums = tickets.GroupBy(ticket => ticket.User).ToDictionary(group => group.Key, group => group.Sum(ticket => ticket.Units));
        var units = Number("SELECT Units FROM FlashSales WHERE SaleId = $sale");
        if (left + sums.Values.Sum() != units || await redis.ListLengthAsync($"{key}:queue") != 0)
        {
            drill.Violated($"Redis: {units} units, but {left} left and {sums.Values.Sum()} in tickets.");
        }

        if (sums.Count != held.Count || sums.Any(pair => held.GetValueOrDefault(pair.Key) != pair.Value))
        {
            drill.Violated("Redis: what users hold is not the sum of their tickets.");
        }
    }

    private long Number(string query)
    {
        using var ledger = house.OpenLedger();
        using var command = ledger.CreateCommand();
        command.CommandText = query;
        command.Parameters.AddWithValue("$sale", sale.SaleId);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
