using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

public sealed record SaleDraft(long? ProductId, long? PriceCents, int? Units, DateTime? OpensAt, DateTime? EndsAt, int? PaymentWindowSeconds);

/// <summary>A sale as its seller sees it in a list.</summary>
public sealed record SellerSaleView(
    long SaleId,
    long ProductId,
    string ProductName,
    long PriceCents,
    int Units,
    DateTime OpensAt,
    DateTime EndsAt,
    TimeSpan PaymentWindow,
    SalePhase Phase,
    string? Message,
    DateTime UpdatedAt);

/// <summary>A seller's own sales.</summary>
public sealed class SellerSales
{
    /// <summary>The longest a sale may last.</summary>
    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(90);

    public const int MaxUnits = 10_000_000;

    /// <summary>Characters of what shoppers are told while a sale is paused.</summary>
    public const int MaxMessage = 200;

    /// <summary>The longest time a shopper may be given to pay.</summary>
    public static readonly TimeSpan MaxPaymentWindow = TimeSpan.FromDays(30);

    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly IOptions<OrderingOptions> _options;
    private readonly SaleArrival _arrival;

    internal SellerSales(IDbContextFactory<SeckillDbContext> contexts, IdGenerator ids, StoreClock clock, IOptions<OrderingOptions> options, SaleArrival arrival) =>
        (_contexts, _ids, _clock, _options, _arrival) = (contexts, ids, clock, options, arrival);

    /// <summary>Sales, newest first.</summary>
    public async Task<Page<SellerSaleView>> ListAsync(long sellerId, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var sales = db.FlashSales.Where(s => s.SellerId == sellerId);
        var total = await sales.CountAsync(cancellationToken);
        return new(await ViewAsync(db, sales.OrderByDescending(s => s.Id).Skip(offset).Take(limit), cancellationToken), total);
    }

    /// <summary>One sale; null when there is none of that id or it is somebody else's.</summary>
    public async Task<SellerSaleView?> FindAsync(long sellerId, long saleId, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return (await ViewAsync(db, db.FlashSales.Where(s => s.SaleId == saleId && s.SellerId == sellerId), cancellationToken)).SingleOrDefault();
    }

    /// <summary>Sales that have not ended, in the order of their opening: the next hundred.</summary>
    public async Task<IReadOnlyList<SellerSaleView>> ListComingAsync(long sellerId, CancellationToken cancellationToken)
    {
        var now = _clock.UtcNow;
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var coming = db.FlashSales.Where(s => s.SellerId == sellerId && s.EndsAt > now && s.State != SaleState.Closed).OrderBy(s => s.OpensAt).ThenBy(s => s.Id).Take(100);
        return await ViewAsync(db, coming, cancellationToken);
    }

    public async Task<SellerResult> PlanAsync(long sellerId, SaleDraft draft, CancellationToken cancellationToken)
    {
        var now = _clock.UtcNow;
        var rules = new FieldRules();
        var sale = Check(rules, draft, _options.Value.PaymentWindow, now);
        if (draft.ProductId is null)
        {
            rules.Add("productId", "required");
        }

        if (rules.Broken)
        {
            return SellerResult.Invalid(rules.Errors);
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await SaleCalendar.LockAsync(db, sale.ProductId, sellerId, cancellationToken))
        {
            return new(SellerOutcome.NotFound);
        }

        if (await db.Products.AnyAsync(p => p.ProductId == sale.ProductId && p.Archived, cancellationToken))
        {
            return SellerResult.Invalid(new FieldError("productId", "archived"));
        }

        if (await SaleCalendar.OverlapsAsync(db, sale.ProductId, 0, sale.OpensAt, sale.EndsAt, cancellationToken))
        {
            return new(SellerOutcome.Overlaps);
        }

        sale.SaleId = _ids.Next();
        sale.SellerId = sellerId;
        sale.CreatedAt = now;
        sale.UpdatedAt = now;
        db.FlashSales.Add(sale);
        db.Stocks.Add(new() { StockId = _ids.Next(), SaleId = sale.SaleId, SeckillStock = sale.Units });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        // Planned it is, and loaded in its time; but one that is open already can be bought from when its seller hears of it.
        await _arrival.WaitAsync(sale.SaleId);
        return new(SellerOutcome.Done, sale.SaleId);
    }

    /// <summary>Changes a sale that has neither opened nor been called off. Its product stays; a payment window left out stays, too.</summary>
    /// <param name="updatedAt">As read; a sale changed since then is left alone.</param>
    public async Task<SellerResult> UpdateAsync(long sellerId, long saleId, SaleDraft draft, DateTime updatedAt, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var before = await db.FlashSales.AsNoTracking().SingleOrDefaultAsync(s => s.SaleId == saleId && s.SellerId == sellerId, cancellationToken);
        if (before is null)
        {
            return new(SellerOutcome.NotFound);
        }

        var now = _clock.UtcNow;
        var rules = new FieldRules();
        var after = Check(rules, draft, before.PaymentWindow, now);
        if (draft.ProductId is not null && draft.ProductId != before.ProductId)
        {
            rules.Add("productId", "format");
        }

        if (rules.Broken)
        {
            return SellerResult.Invalid(rules.Errors);
        }

        if (!await SaleCalendar.LockAsync(db, before.ProductId, sellerId, cancellationToken))
        {
            return new(SellerOutcome.NotFound);
        }

        if (await SaleCalendar.OverlapsAsync(db, before.ProductId, saleId, after.OpensAt, after.EndsAt, cancellationToken))
        {
            return new(SellerOutcome.Overlaps);
        }

        var changedAt = SaleCalendar.After(updatedAt, _clock);
        var changed = await db.FlashSales
            .Where(s => s.SaleId == saleId && s.UpdatedAt == updatedAt && s.OpensAt > now && s.EndsAt > now && s.State != SaleState.Closed && s.Units == before.Units)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(s => s.PriceCents, after.PriceCents)
                    .SetProperty(s => s.Units, after.Units)
                    .SetProperty(s => s.OpensAt, after.OpensAt)
                    .SetProperty(s => s.EndsAt, after.EndsAt)
                    .SetProperty(s => s.PaymentWindow, after.PaymentWindow)
                    .SetProperty(s => s.Generation, s => s.Generation + 1)
                    .SetProperty(s => s.UpdatedAt, changedAt),
                cancellationToken);

        // All of its units must still be there: a node whose clock is ahead may have let somebody in.
        if (changed == 1)
        {
            changed = await db.Stocks
                .Where(s => s.SaleId == saleId && s.SeckillStock == before.Units)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.SeckillStock, after.Units), cancellationToken);
        }

        if (changed == 0)
        {
            return new(SellerOutcome.StateChanged, saleId);
        }

        var (was, isNow) = (Plan(before), Plan(after));
        if (was != isNow)
        {
            db.AuditEntries.Add(new()
            {
                AuditEntryId = _ids.Next(),
                SubjectId = saleId,
                UserId = sellerId,
                Action = "edit",
                Before = was,
                After = isNow,
                At = changedAt,
            });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await _arrival.WaitAsync(saleId);
        return new(SellerOutcome.Done, saleId);
    }

    /// <summary>Stops the sale until it is resumed; shoppers see the message. Nothing is sold once this is answered.</summary>
    public Task<SellerResult> PauseAsync(long sellerId, long saleId, string? message, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var said = rules.Text("message", message, 0, MaxMessage);
        return rules.Broken
            ? Task.FromResult(SellerResult.Invalid(rules.Errors))
            : SteerAsync(sellerId, saleId, "pause", sale => (sale.State, sale.Message) = (SaleState.Paused, said), cancellationToken);
    }

    public Task<SellerResult> ResumeAsync(long sellerId, long saleId, CancellationToken cancellationToken) =>
        SteerAsync(sellerId, saleId, "resume", sale => (sale.State, sale.Message) = (SaleState.Open, null), cancellationToken);

    /// <summary>Moves the end; it never moves into the past.</summary>
    public Task<SellerResult> ProlongAsync(long sellerId, long saleId, DateTime? endsAt, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var now = _clock.UtcNow;
        if (endsAt is null)
        {
            rules.Add("endsAt", "required");
        }
        else if (endsAt <= now || endsAt > now + MaxLength)
        {
            rules.Add("endsAt", "range", now, now + MaxLength);
        }

        return rules.Broken
            ? Task.FromResult(SellerResult.Invalid(rules.Errors))
            : SteerAsync(sellerId, saleId, "prolong", sale => sale.EndsAt = endsAt!.Value.ToMilliseconds().ToUtc(), cancellationToken);
    }

    /// <summary>Ends the sale now; before its opening, it is called off. Orders that wait for their payment go on waiting.</summary>
    public Task<SellerResult> EndAsync(long sellerId, long saleId, CancellationToken cancellationToken) =>
        SteerAsync(sellerId, saleId, "end", sale => sale.EndsAt = _clock.UtcNow, cancellationToken);

    private async Task<IReadOnlyList<SellerSaleView>> ViewAsync(SeckillDbContext db, IQueryable<FlashSale> sales, CancellationToken cancellationToken)
    {
        var rows = await sales
            .Select(s => new
            {
                Sale = s,
                ProductName = db.Products.Where(p => p.ProductId == s.ProductId).Select(p => p.Name).First(),
                SoldOut = db.Stocks.Any(stock => stock.SaleId == s.SaleId && stock.SeckillStock == 0),
                MayComeBack = db.Orders.Any(o => o.SaleId == s.SaleId && o.Status == OrderStatus.PendingPayment),
            })
            .AsNoTracking()
            .ToListAsync(cancellationToken);

        var now = _clock.UtcNow;
        return
        [
            .. rows.Select(row => new SellerSaleView(
                row.Sale.SaleId,
                row.Sale.ProductId,
                row.ProductName,
                row.Sale.PriceCents,
                row.Sale.Units,
                row.Sale.OpensAt,
                row.Sale.EndsAt,
                row.Sale.PaymentWindow,
                PhaseOf(row.Sale, now, row.SoldOut, row.MayComeBack),
                row.Sale.Message,
                row.Sale.UpdatedAt)),
        ];
    }

    // A decision goes to SQL, with its trace, then to Redis, and is confirmed after both. Repeating it changes nothing.
    private async Task<SellerResult> SteerAsync(long sellerId, long saleId, string action, Action<FlashSale> decide, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var before = await db.FlashSales.AsNoTracking().SingleOrDefaultAsync(s => s.SaleId == saleId && s.SellerId == sellerId, cancellationToken);
            if (before is null || !await SaleCalendar.LockAsync(db, before.ProductId, sellerId, cancellationToken))
            {
                return new(SellerOutcome.NotFound);
            }

            if (before.State == SaleState.Closed || _clock.UtcNow >= before.EndsAt)
            {
                return new(action == "end" ? SellerOutcome.Done : SellerOutcome.StateChanged, saleId);
            }

            var after = await db.FlashSales.AsNoTracking().SingleAsync(s => s.SaleId == saleId, cancellationToken);
            decide(after);
            if (after.EndsAt > before.EndsAt && await SaleCalendar.OverlapsAsync(db, before.ProductId, saleId, after.OpensAt, after.EndsAt, cancellationToken))
            {
                return new(SellerOutcome.Overlaps);
            }

            if (action == "prolong" && after.EndsAt <= after.OpensAt)
            {
                return SellerResult.Invalid(new FieldError("endsAt", "range", after.OpensAt, after.OpensAt + MaxLength));
            }

            if ((after.State, after.Message, after.EndsAt) != (before.State, before.Message, before.EndsAt))
            {
                var changedAt = SaleCalendar.After(before.UpdatedAt, _clock);
                var changed = await db.FlashSales
                    .Where(s => s.SaleId == saleId && s.UpdatedAt == before.UpdatedAt && s.State != SaleState.Closed)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(s => s.State, after.State)
                            .SetProperty(s => s.Message, after.Message)
                            .SetProperty(s => s.EndsAt, after.EndsAt)
                            .SetProperty(s => s.UpdatedAt, changedAt),
                        cancellationToken);
                if (changed == 0)
                {
                    continue;
                }

                db.AuditEntries.Add(new()
                {
                    AuditEntryId = _ids.Next(),
                    SubjectId = saleId,
                    UserId = sellerId,
                    Action = action,
                    Before = Describe(before),
                    After = Describe(after),
                    At = changedAt,
                });
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            // What SQL has decided will be: whoever hangs up now does not leave it half-way.
            return new(await _arrival.WaitAsync(saleId) ? SellerOutcome.Done : SellerOutcome.NotNow, saleId);
        }
    }

    private static string Describe(FlashSale sale) => JsonSerializer.Serialize(new { state = sale.State.ToString(), message = sale.Message, endsAt = sale.EndsAt });

    private static string Plan(FlashSale sale) => JsonSerializer.Serialize(new
    {
        price = sale.PriceCents / 100m,
        units = sale.Units,
        opensAt = sale.OpensAt,
        endsAt = sale.EndsAt,
        paymentWindowSeconds = (int)sale.PaymentWindow.TotalSeconds,
    });

    private static FlashSale Check(FieldRules rules, SaleDraft draft, TimeSpan paymentWindow, DateTime now)
    {
        // To the millisecond, as SQL keeps them: what lasts no longer must not pass for a sale.
        draft = draft with { OpensAt = draft.OpensAt?.ToMilliseconds().ToUtc(), EndsAt = draft.EndsAt?.ToMilliseconds().ToUtc() };
        var sale = new FlashSale
        {
            ProductId = draft.ProductId ?? 0,
            PriceCents = rules.Price(draft.PriceCents),
            Units = rules.Number("units", draft.Units, 1, MaxUnits),
            OpensAt = draft.OpensAt ?? default,
            EndsAt = draft.EndsAt ?? default,
            PaymentWindow = paymentWindow,
            State = SaleState.Open,
        };
        if (draft.PaymentWindowSeconds is not null)
        {
            sale.PaymentWindow = TimeSpan.FromSeconds(
                rules.Number("paymentWindowSeconds", draft.PaymentWindowSeconds, 1, (int)MaxPaymentWindow.TotalSeconds));
        }

        if (draft.OpensAt is null)
        {
            rules.Add("opensAt", "required");
        }

        if (draft.EndsAt is null)
        {
            rules.Add("endsAt", "required");
        }
        else if (draft.OpensAt is { } opensAt)
        {
            // The end comes after both the opening and now.
            var earliest = opensAt > now ? opensAt : now;
            var latest = opensAt > DateTime.MaxValue - MaxLength ? DateTime.MaxValue : opensAt + MaxLength;
            if (draft.EndsAt <= earliest || draft.EndsAt > latest)
            {
                rules.Add("endsAt", "range", earliest, latest);
            }
        }

        return sale;
    }

    private static SalePhase PhaseOf(FlashSale sale, DateTime now, bool soldOut, bool mayComeBack) => sale switch
    {
        { State: SaleState.Closed } => SalePhase.Ended,
        _ when now >= sale.EndsAt => SalePhase.Ended,
        { State: SaleState.Paused } => SalePhase.Paused,
        _ when now < sale.OpensAt => SalePhase.Upcoming,
        _ when !soldOut => SalePhase.Open,
        _ => mayComeBack ? SalePhase.SoldOutForNow : SalePhase.SoldOut,
    };
}
