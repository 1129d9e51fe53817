using System.Collections.Concurrent;
using System.Diagnostics;

namespace Seckill.Drills;

/// <summary>What one shopper asked for once, and every answer they got.</summary>
internal sealed class Grab(long user, int quantity)
{
    public long User => user;

    public int Quantity => quantity;

    public string Key { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Answered with code 0.</summary>
    public string? SeckillId { get; set; }

    /// <summary>Further ids that the same key was answered with, code 0: only where the first may have been lost in between.</summary>
    public ConcurrentDictionary<string, bool> Others { get; } = new();

    /// <summary>Ids of which the shopper was told that nobody knows yet.</summary>
    public ConcurrentDictionary<string, bool> Possible { get; } = new();

    /// <summary>Those of them of which the shopper was told that nothing was taken.</summary>
    public ConcurrentDictionary<string, bool> NotConfirmed { get; } = new();

    public string? OrderId { get; set; }

    /// <summary>After <see cref="SeckillId"/> was given: the shopper was told that there is no order and will be none.</summary>
    public string? ToldNone { get; set; }

    /// <summary>The last word on a grab that got no id: the code of the refusal.</summary>
    public int? Refusal { get; set; }

    /// <summary>The shopper was told that the order is paid.</summary>
    public bool Paid { get; set; }

    /// <summary>The shopper was told that the order is cancelled.</summary>
    public bool Cancelled { get; set; }
}

/// <summary>
/// Shoppers who grab, click twice, pay, decline, cancel, or walk away, each as a new user, until told to stop. What they do not get an
/// answer to they ask again with the same key, as the page does.
/// </summary>
internal sealed class Crowd(House house, Sale sale)
{
    private const int Unknown = 50301;
    private const int NotTaken = 50300;
    private const int TooManyTries = 42900;

    private readonly List<Task> _shoppers = [];
    private long _users = 1_000;
    private volatile bool _over;
    private int _acknowledged;
    private int _answers;
    private int _turnedAway;
    private long _slowestRefusal;

    public ConcurrentBag<Grab> Grabs { get; } = [];

    public ConcurrentBag<string> Violations { get; } = [];

    /// <summary>Grabs answered with code 0.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Grabs, payments and cancellations told to come again: nothing was done, or nobody knows.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>The longest that a shopper waited to hear "nothing was taken".</summary>
    public TimeSpan SlowestRefusal => TimeSpan.FromTicks(Volatile.Read(ref _slowestRefusal));

    public Crowd Come(int shoppers)
    {
        _over = false;
        for (var i = 0; i < shoppers; i++)
        {
            _shoppers.Add(Task.Run(ShopAsync));
        }

        return this;
    }

    public bool IsThere => _shoppers.Count > 0;

    /// <summary>Waits until so many more grabs have been answered, or that many were not to be had any more.</summary>
    public async Task SeeAsync(int more)
    {
        var (acknowledged, answers) = (Acknowledged, Answers);
        if (!await Clock.UntilAsync(() => Task.FromResult(Acknowledged >= acknowledged + more || Answers >= answers + 20 * more), Server.Patience))
        {
            throw new DrillException("The shoppers get no answers.");
        }
    }

    /// <summary>Nobody new comes; whoever is there gets their answers.</summary>
    public async Task LeaveAsync()
    {
        _over = true;
        await Task.WhenAll(_shoppers);
        _shoppers.Clear();
    }

    private async Task ShopAsync()
    {
        while (!_over)
        {
            var user = Interlocked.Increment(ref _users);
            try
            {
                await VisitAsync(user);
            }
            catch (Exception e)
            {
                Violations.Add($"A shopper could not go on: {e.Message}");
            }

            await Clock.PauseAsync(Random.Shared.Next(5, 30));
        }
    }

    private async Task VisitAsync(long user)
    {
        var grab = new Grab(user, Random.Shared.Next(1, sale.Limit + 1));
        Grabs.Add(grab);
        switch (Random.Shared.Next(10))
        {
            case 0:
                // A double click.
                await Task.WhenAll(TakeAsync(grab), TakeAsync(grab));
                break;
            case 1:
                // Two tabs, which together may be over the limit.
                var other = new Grab(user, sale.Limit);
                Grabs.Add(other);
                await Task.WhenAll(TakeAsync(grab), TakeAsync(other));
                break;
            default:
                await TakeAsync(grab);
                break;
        }

        if (grab.SeckillId is null || !await OrderAsync(grab))
        {
            return;
        }

        switch (Random.Shared.Next(20))
        {
            case < 8:
                await PayAsync(grab);
                break;
            case < 9:
                await Task.WhenAll(PayAsync(grab), PayAsync(grab));
                break;
            case < 10:
                await PayAsync(grab, decline: true);
                await PayAsync(grab);
                break;
            case < 12:
                await Task.WhenAll(PayAsync(grab), CancelAsync(grab));
                break;
            case < 16:
                await CancelAsync(grab);
                break;
            default:
                // Walks away; the time to pay runs out.
                break;
        }
    }

    /// <summary>Grabs until it is known what came of it.</summary>
    public async Task<int> TakeAsync(Grab grab)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Server.Patience)
        {
            var reply = await AskAsync(house.Any(), grab);
            if (reply.Code is not (Reply.NoAnswer or NotTaken or Unknown or TooManyTries))
            {
                return reply.Code;
            }

            if (reply.Code == Unknown && Random.Shared.Next(3) == 0)
            {
                await FollowAsync(grab, reply.Text("seckillId")!);
            }

            await Clock.PauseAsync(Random.Shared.Next(50, 250));
        }

        Violations.Add($"User {grab.User} never heard what came of their grab.");
        return Reply.NoAnswer;
    }

    /// <summary>Grabs, once. Whatever is answered is remembered.</summary>
    public async Task<Reply> AskAsync(Server server, Grab grab)
    {
        var reply = await server.AskAsync(
            HttpMethod.Post, "/api/seckill", grab.User, new { productId = sale.ProductId.ToString(provider: null), quantity = grab.Quantity }, grab.Key);
        if (reply.Code is NotTaken or Unknown or TooManyTries && !reply.SaysWhen)
        {
            Violations.Add($"{reply.Code} came without Retry-After.");
        }

        switch (reply.Code)
        {
            case Reply.NoAnswer or TooManyTries:
                break;
            case 0:
                Interlocked.Increment(ref _answers);
                var seckillId = reply.Text("seckillId")!;
                lock (grab)
                {
                    if (grab.SeckillId is null)
                    {
                        Interlocked.Increment(ref _acknowledged);
                        grab.SeckillId = seckillId;
                    }
                    else if (grab.SeckillId != seckillId)
                    {
                        grab.Others.TryAdd(seckillId, true);
                    }
                }

                break;
            case Unknown:
                Interlocked.Increment(ref _turnedAway);
                grab.Possible.TryAdd(reply.Text("seckillId")!, true);
                break;
            case NotTaken:
                Interlocked.Increment(ref _turnedAway);
                RememberSlowest(reply.Took);
                break;
            case 40901 or 40902 or 40903 or 40904 or 40905:
                Interlocked.Increment(ref _answers);
                grab.Refusal = reply.Code;
                break;
            default:
                Violations.Add($"A grab was answered {reply.Code}.");
                break;
        }

        return reply;
    }

    // Asks after a grab of which it is not known what came of it until it is, before the request is made once more.
    private async Task FollowAsync(Grab grab, string seckillId)
    {
        var heard = await Clock.UntilAsync(
            async () =>
            {
                var reply = await house.Any().AskAsync(HttpMethod.Get, $"/api/seckill/{seckillId}", grab.User);
                if (reply.Code == 40400)
                {
                    grab.NotConfirmed.TryAdd(seckillId, true);
                }

                return reply.Code == 40400 || reply.Text("status") is not (null or "pendingOrder");
            },
            Server.Patience);
        if (!heard)
        {
            Violations.Add($"User {grab.User} never heard what came of {seckillId}.");
        }
    }

    /// <summary>Waits for the order of a grab that was answered with 0. False when there is none, or nothing was heard of it: the verdict asks again.</summary>
    public async Task<bool> OrderAsync(Grab grab)
    {
        string? orderId = null;
        await Clock.UntilAsync(
            async () =>
            {
                var reply = await house.Any().AskAsync(HttpMethod.Get, $"/api/seckill/{grab.SeckillId}", grab.User);
                if (reply.Code == 40400 || reply.Text("status") == "refused")
                {
                    grab.ToldNone = reply.Code == 40400 ? "not confirmed" : "refused";
                    return true;
                }

                orderId = reply.Text("orderId");
                return orderId is not null;
            },
            Server.Patience);
        if (orderId is null)
        {
            return false;
        }

        if (grab.OrderId is not null && grab.OrderId != orderId)
        {
            Violations.Add($"Grab {grab.SeckillId} has the orders {grab.OrderId} and {orderId}.");
        }

        grab.OrderId = orderId;
        return true;
    }

    public Task PayAsync(Grab grab, bool decline = false) => MoveAsync(grab, "pay", decline ? new { decline = true } : null, () => grab.Paid = true);

    public Task CancelAsync(Grab grab) => MoveAsync(grab, "cancel", null, () => grab.Cancelled = true);

    private async Task MoveAsync(Grab grab, string move, object? body, Action done)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Server.Patience)
        {
            var reply = await house.Any().AskAsync(HttpMethod.Post, $"/api/orders/{grab.OrderId}/{move}", grab.User, body);
            switch (reply.Code)
            {
                case 0:
                    done();
                    return;
                case 40906 or 40907 or 40908:
                    return;
                case NotTaken or Unknown:
                    Interlocked.Increment(ref _turnedAway);
                    break;
                case Reply.NoAnswer:
                    break;
                default:
                    Violations.Add($"Order {grab.OrderId}: {move} was answered {reply.Code}.");
                    return;
            }

            await Clock.PauseAsync(Random.Shared.Next(50, 250));
        }
    }

    private void RememberSlowest(TimeSpan took)
    {
        var seen = Volatile.Read(ref _slowestRefusal);
        while (took.Ticks > seen)
        {
            seen = Interlocked.CompareExchange(ref _slowestRefusal, took.Ticks, seen) is var now && now == seen ? took.Ticks : now;
        }
    }
}
