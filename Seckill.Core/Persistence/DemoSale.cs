using System.Text.Json;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

/// <summary>What happened to a demo sale, counted from its opening.</summary>
/// <param name="Units">At first.</param>
/// <param name="Wanted">Units that are taken in the rush.</param>
/// <param name="Rush">How long that lasts.</param>
/// <param name="Added">When units are added.</param>
internal sealed record DemoPlan(DateTime OpensAt, long PriceCents, int Units, int Wanted, TimeSpan Rush, TimeSpan Added, TimeSpan Paused, TimeSpan Resumed)
{
    /// <summary>Sold out within seconds, and what was given up was sold again.</summary>
    public static DemoPlan Over(DateTime now) => new(
        now.AddHours(-26), PriceCents: 149_00, Units: 50, Wanted: 50, TimeSpan.FromSeconds(8.3), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(45));

    /// <summary>Under way for a while, with enough left.</summary>
    public static DemoPlan Running(DateTime now) => new(
        now.AddMinutes(-22), PriceCents: 459_00, Units: 80, Wanted: 56, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
}

/// <summary>
/// A demo sale as if it had happened: a rush, some orders given up and their units sold again, units added, a pause. What had not happened by now
/// has not. Always the same, and its books are balanced: what is sold, returned and left is counted from the orders made here.
/// </summary>
internal sealed class DemoSale(SeckillDbContext db, IdGenerator ids, Product product, DateTime now, DemoPlan plan)
{
    private const int UnitsAdded = 10;
    private const int Limit = 2;

    private static readonly TimeSpan PaymentWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Length = TimeSpan.FromHours(2);

    private readonly DateTime _opensAt = plan.OpensAt;
    private readonly long _saleId = ids.Next();
    private readonly List<Order> _orders = [];
    private readonly List<SeckillRecord> _records = [];

    /// <param name="buyers">At least a hundred; each buys once.</param>
    public void Add(IReadOnlyList<User> buyers)
    {
        var waiting = new Queue<User>(buyers);
        var returned = new Queue<(int Units, DateTime At)>();

        for (int i = 0, taken = 0; taken < plan.Wanted; i++)
        {
            var quantity = Math.Min(i % 3 == 0 ? 2 : 1, plan.Wanted - taken);
            taken += quantity;
            Buy(waiting.Dequeue(), quantity, _opensAt.AddMilliseconds(350) + plan.Rush * taken / plan.Wanted, fate: i, returned);
        }

        for (var i = 0; i < UnitsAdded; i++)
        {
            Buy(waiting.Dequeue(), 1, _opensAt + plan.Added + TimeSpan.FromSeconds(2 + 3 * i), fate: i, returned);
        }

        // What comes back is bought by those who stayed; what comes back late finds nobody.
        for (var i = 0; returned.TryDequeue(out var back); i++)
        {
            var at = back.At + TimeSpan.FromSeconds(4 + 7 * (i % 5));
            if (at - _opensAt < TimeSpan.FromMinutes(50))
            {
                Buy(waiting.Dequeue(), back.Units, at, fate: i + 1, returned);
            }
        }

        var open = _orders.Where(o => o.Status is OrderStatus.Paid or OrderStatus.PendingPayment).Sum(o => o.Quantity);
        db.FlashSales.Add(new()
        {
            SaleId = _saleId,
            ProductId = product.ProductId,
            SellerId = product.SellerId,
            PriceCents = plan.PriceCents,
            OpensAt = _opensAt,
            EndsAt = _opensAt + Length,
            Units = plan.Units + UnitsAdded,
            PaymentWindow = PaymentWindow,
            State = _opensAt + Length > now ? SaleState.Open : SaleState.Closed,
            CreatedAt = _opensAt.AddDays(-2),
            UpdatedAt = _opensAt + plan.Resumed,
        });
        db.Stocks.Add(new() { StockId = ids.Next(), SaleId = _saleId, SeckillStock = plan.Units + UnitsAdded - open });
        db.Orders.AddRange(_orders.OrderBy(o => o.CreatedAt));
        db.SeckillRecords.AddRange(_records.OrderBy(r => r.CreatedAt));
        AddDecisions();
        AddSamples();
    }

    private void Buy(User buyer, int quantity, DateTime at, int fate, Queue<(int Units, DateTime At)> returned)
    {
        // Nothing is sold during the pause.
        if (at > _opensAt + plan.Paused && at < _opensAt + plan.Resumed)
        {
            at = _opensAt + plan.Resumed + TimeSpan.FromSeconds(3 * (fate % 20));
        }

        if (at > now)
        {
            return;
        }

        var created = at.AddMilliseconds(40);
        var status = (fate % 9) switch { 4 => OrderStatus.Cancelled, 7 => OrderStatus.TimedOut, _ => OrderStatus.Paid };
        var ended = status switch
        {
            OrderStatus.Cancelled => created.AddSeconds(35 + 11 * (fate % 7)),
            OrderStatus.TimedOut => created + PaymentWindow + TimeSpan.FromSeconds(1),
            _ => created.AddSeconds(18 + 23 * (fate % 17)),
        };
        if (ended.AddSeconds(1) > now)
        {
            (status, ended) = (OrderStatus.PendingPayment, created);
        }

        DateTime? closed = status is OrderStatus.Cancelled or OrderStatus.TimedOut ? ended : null;
        var order = new Order
        {
            OrderId = ids.Next(),
            SaleId = _saleId,
            SeckillId = ids.Next(),
            ProductId = product.ProductId,
            BuyerId = buyer.UserId,
            SellerId = product.SellerId,
            Quantity = quantity,
            UnitPriceCents = plan.PriceCents,
            Status = status,
            CreatedAt = created,
            UpdatedAt = ended,
            PayBeforeAt = created + PaymentWindow,
            ClosedAt = closed,
            ReleasedAt = closed?.AddSeconds(1),
        };
        _orders.Add(order);
        _records.Add(new()
        {
            SeckillId = order.SeckillId,
            SaleId = _saleId,
            OrderId = order.OrderId,
            UserId = buyer.UserId,
            ProductId = product.ProductId,
            Quantity = quantity,
            Status = status switch
            {
                OrderStatus.PendingPayment => SeckillStatus.PendingPayment,
                OrderStatus.Cancelled => SeckillStatus.Cancelled,
                OrderStatus.TimedOut => SeckillStatus.TimedOut,
                _ => SeckillStatus.Paid,
            },
            LimitKind = LimitKind.Default,
            LimitSize = Limit,
            GrabbedAt = at,
            CreatedAt = created,
            UpdatedAt = ended,
        });
        if (order.ReleasedAt is { } released)
        {
            returned.Enqueue((quantity, released));
        }
        else if (status == OrderStatus.Paid)
        {
            db.Payments.Add(new()
            {
                PaymentId = ids.Next(),
                OrderId = order.OrderId,
                Attempt = 1,
                AmountCents = plan.PriceCents * quantity,
                Status = PaymentStatus.Applied,
                CreatedAt = ended.AddSeconds(-1),
                UpdatedAt = ended,
            });
        }
    }

    private void AddDecisions()
    {
        const string Message = "正在核对库存，五分钟后继续。 · Checking the stock, back in five minutes.";
        db.StockChanges.Add(new()
        {
            StockChangeId = ids.Next(),
            SaleId = _saleId,
            Delta = UnitsAdded,
            IdempotencyKey = "demo",
            Status = StockChangeStatus.Applied,
            InSql = true,
            UserId = product.SellerId,
            CreatedAt = _opensAt + plan.Added,
            UpdatedAt = _opensAt + plan.Added,
        });
        Note(plan.Added, "add", new { units = plan.Units }, new { units = plan.Units + UnitsAdded });
        Note(plan.Paused, "pause", new { state = nameof(SaleState.Open), message = (string?)null }, new { state = nameof(SaleState.Paused), message = (string?)Message });
        Note(plan.Resumed, "resume", new { state = nameof(SaleState.Paused), message = (string?)Message }, new { state = nameof(SaleState.Open), message = (string?)null });

        void Note<T>(TimeSpan after, string action, T before, T now) => db.AuditEntries.Add(new()
        {
            AuditEntryId = ids.Next(),
            SubjectId = _saleId,
            UserId = product.SellerId,
            Action = action,
            Before = JsonSerializer.Serialize(before),
            After = JsonSerializer.Serialize(now),
            At = _opensAt + after,
        });
    }

    // As the sampler would have: close together while much happens, and the later the farther apart.
    private void AddSamples()
    {
        for (var after = TimeSpan.FromSeconds(3); after <= Length && _opensAt + after <= now; after += after.TotalMinutes switch { < 1 => TimeSpan.FromSeconds(3), < 5 => TimeSpan.FromSeconds(12), _ => TimeSpan.FromSeconds(45) })
        {
            var at = _opensAt + after;
            var taken = _orders.Where(o => o.CreatedAt <= at && (o.ReleasedAt is null || o.ReleasedAt > at)).Sum(o => o.Quantity);
            db.SaleSamples.Add(new()
            {
                SaleSampleId = ids.Next(),
                SaleId = _saleId,
                At = at,
                Left = plan.Units + (after >= plan.Added ? UnitsAdded : 0) - taken,
                AwaitingPayment = _orders.Where(o => o.CreatedAt <= at && (o.Status == OrderStatus.PendingPayment || o.UpdatedAt > at)).Sum(o => o.Quantity),
                Paid = _orders.Where(o => o.Status == OrderStatus.Paid && o.UpdatedAt <= at).Sum(o => o.Quantity),
                Granted = _orders.Count(o => o.CreatedAt <= at),
                Refusals = RefusedUntil(after),
                Watchers = (int)(9 + 190 * Math.Exp(-after.TotalMinutes / 9) + (after > plan.Added ? 45 * Math.Exp(-(after - plan.Added).TotalMinutes / 6) : 0)),
            });
        }
    }

    // Those who came for nothing: some before the opening, a few who tried during the pause, and where nothing is left a crowd that thins out.
    private Refusals RefusedUntil(TimeSpan after)
    {
        var seconds = after.TotalSeconds;
        var soldOut = plan.Wanted == plan.Units;
        return Refusals.None with
        {
            NotStarted = 137,
            SoldOut = soldOut ? Rising(seconds - plan.Rush.TotalSeconds, 2_600, 21) + Rising(seconds - plan.Added.TotalSeconds - 33, 420, 60) + (long)(seconds / 40) : 0,
            OverLimit = Rising(seconds, 64, soldOut ? 30 : 300),
            TooMany = Rising(seconds, soldOut ? 318 : 21, 11),
            NotTaken = soldOut ? Rising(seconds, 5, 4) : 0,
            Paused = Rising(Math.Min(seconds, plan.Resumed.TotalSeconds) - plan.Paused.TotalSeconds, 96, 80),
        };

        static long Rising(double since, double to, double over) => since <= 0 ? 0 : (long)(to * (1 - Math.Exp(-since / over)));
    }
}
