using System.Text.Json;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

/// <summary>
/// A demo sale that is over, as if it had happened: sold out within seconds, some orders given up and their units sold again, units added,
/// a pause. Always the same, and its books are balanced: what is sold, returned and left is counted from the orders made here.
/// </summary>
internal sealed class DemoSale(SeckillDbContext db, IdGenerator ids, Product product, DateTime opensAt)
{
    private const int UnitsAtFirst = 50;
    private const int UnitsAdded = 10;
    private const int Limit = 2;
    private const long PriceCents = 149_00;

    private static readonly TimeSpan PaymentWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AddedAfter = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan PausedAfter = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan ResumedAfter = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan Length = TimeSpan.FromHours(2);

    private readonly long _saleId = ids.Next();
    private readonly List<Order> _orders = [];
    private readonly List<SeckillRecord> _records = [];

    /// <param name="buyers">At least a hundred; each buys once.</param>
    public void Add(IReadOnlyList<User> buyers)
    {
        var waiting = new Queue<User>(buyers);
        var returned = new Queue<(int Units, DateTime At)>();

        // Within nine seconds everything is taken.
        for (int i = 0, taken = 0; taken < UnitsAtFirst; i++)
        {
            var quantity = Math.Min(i % 3 == 0 ? 2 : 1, UnitsAtFirst - taken);
            taken += quantity;
            Buy(waiting.Dequeue(), quantity, opensAt.AddMilliseconds(350 + 8_300 * taken / UnitsAtFirst), fate: i, returned);
        }

        for (var i = 0; i < UnitsAdded; i++)
        {
            Buy(waiting.Dequeue(), 1, opensAt + AddedAfter + TimeSpan.FromSeconds(2 + 3 * i), fate: i, returned);
        }

        // What comes back is bought by those who stayed; what comes back late finds nobody.
        for (var i = 0; returned.TryDequeue(out var back); i++)
        {
            var at = back.At + TimeSpan.FromSeconds(4 + 7 * (i % 5));
            if (at > opensAt + PausedAfter && at < opensAt + ResumedAfter)
            {
                at = opensAt + ResumedAfter + TimeSpan.FromSeconds(3 * i);
            }

            if (at - opensAt < TimeSpan.FromMinutes(50))
            {
                Buy(waiting.Dequeue(), back.Units, at, fate: i + 1, returned);
            }
        }

        var paid = _orders.Where(o => o.Status == OrderStatus.Paid).Sum(o => o.Quantity);
        db.FlashSales.Add(new()
        {
            SaleId = _saleId,
            ProductId = product.ProductId,
            SellerId = product.SellerId,
            PriceCents = PriceCents,
            OpensAt = opensAt,
            EndsAt = opensAt + Length,
            Units = UnitsAtFirst + UnitsAdded,
            PaymentWindow = PaymentWindow,
            State = SaleState.Closed,
            CreatedAt = opensAt.AddDays(-2),
            UpdatedAt = opensAt + ResumedAfter,
        });
        db.Stocks.Add(new() { StockId = ids.Next(), SaleId = _saleId, SeckillStock = UnitsAtFirst + UnitsAdded - paid });
        db.Orders.AddRange(_orders.OrderBy(o => o.CreatedAt));
        db.SeckillRecords.AddRange(_records.OrderBy(r => r.CreatedAt));
        AddDecisions();
        AddSamples();
    }

    private void Buy(User buyer, int quantity, DateTime at, int fate, Queue<(int Units, DateTime At)> returned)
    {
        var created = at.AddMilliseconds(40);
        var status = (fate % 9) switch { 4 => OrderStatus.Cancelled, 7 => OrderStatus.TimedOut, _ => OrderStatus.Paid };
        var ended = status switch
        {
            OrderStatus.Cancelled => created.AddSeconds(35 + 11 * (fate % 7)),
            OrderStatus.TimedOut => created + PaymentWindow + TimeSpan.FromSeconds(1),
            _ => created.AddSeconds(18 + 23 * (fate % 17)),
        };
        DateTime? closed = status == OrderStatus.Paid ? null : ended;
        var order = new Order
        {
            OrderId = ids.Next(),
            SaleId = _saleId,
            SeckillId = ids.Next(),
            ProductId = product.ProductId,
            BuyerId = buyer.UserId,
            SellerId = product.SellerId,
            Quantity = quantity,
            UnitPriceCents = PriceCents,
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
            Status = status switch { OrderStatus.Cancelled => SeckillStatus.Cancelled, OrderStatus.TimedOut => SeckillStatus.TimedOut, _ => SeckillStatus.Paid },
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
        else
        {
            db.Payments.Add(new()
            {
                PaymentId = ids.Next(),
                OrderId = order.OrderId,
                Attempt = 1,
                AmountCents = PriceCents * quantity,
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
            CreatedAt = opensAt + AddedAfter,
            UpdatedAt = opensAt + AddedAfter,
        });
        Note(AddedAfter, "add", new { units = UnitsAtFirst }, new { units = UnitsAtFirst + UnitsAdded });
        Note(PausedAfter, "pause", new { state = nameof(SaleState.Open), message = (string?)null }, new { state = nameof(SaleState.Paused), message = (string?)Message });
        Note(ResumedAfter, "resume", new { state = nameof(SaleState.Paused), message = (string?)Message }, new { state = nameof(SaleState.Open), message = (string?)null });

        void Note<T>(TimeSpan after, string action, T before, T now) => db.AuditEntries.Add(new()
        {
            AuditEntryId = ids.Next(),
            SubjectId = _saleId,
            UserId = product.SellerId,
            Action = action,
            Before = JsonSerializer.Serialize(before),
            After = JsonSerializer.Serialize(now),
            At = opensAt + after,
        });
    }

    // As the sampler would have: close together while much happens, and the later the farther apart.
    private void AddSamples()
    {
        for (var after = TimeSpan.FromSeconds(3); after <= Length; after += after.TotalMinutes switch { < 1 => TimeSpan.FromSeconds(3), < 5 => TimeSpan.FromSeconds(12), _ => TimeSpan.FromSeconds(45) })
        {
            var at = opensAt + after;
            var taken = _orders.Where(o => o.CreatedAt <= at && (o.ReleasedAt is null || o.ReleasedAt > at)).Sum(o => o.Quantity);
            db.SaleSamples.Add(new()
            {
                SaleSampleId = ids.Next(),
                SaleId = _saleId,
                At = at,
                Left = UnitsAtFirst + (after >= AddedAfter ? UnitsAdded : 0) - taken,
                AwaitingPayment = _orders.Where(o => o.CreatedAt <= at && o.UpdatedAt > at).Sum(o => o.Quantity),
                Paid = _orders.Where(o => o.Status == OrderStatus.Paid && o.UpdatedAt <= at).Sum(o => o.Quantity),
                Granted = _orders.Count(o => o.CreatedAt <= at),
                Refusals = RefusedUntil(after),
                Watchers = (int)(9 + 190 * Math.Exp(-after.TotalMinutes / 9) + (after > AddedAfter ? 45 * Math.Exp(-(after - AddedAfter).TotalMinutes / 6) : 0)),
            });
        }
    }

    // Those who came for nothing: a crowd at the opening that thins out, some when units were added, a few who tried during the pause.
    private static Refusals RefusedUntil(TimeSpan after)
    {
        var seconds = after.TotalSeconds;
        return Refusals.None with
        {
            NotStarted = 137,
            SoldOut = Rising(seconds - 8, 2_600, 21) + Rising(seconds - AddedAfter.TotalSeconds - 33, 420, 60) + (long)(seconds / 40),
            OverLimit = Rising(seconds, 64, 30),
            TooMany = Rising(seconds, 318, 11),
            NotTaken = Rising(seconds, 5, 4),
            Paused = Rising(Math.Min(seconds, ResumedAfter.TotalSeconds) - PausedAfter.TotalSeconds, 96, 80),
        };

        static long Rising(double since, double to, double over) => since <= 0 ? 0 : (long)(to * (1 - Math.Exp(-since / over)));
    }
}
