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

    /// <summary>The longest time a shopper may be given to pay.</summary>
    public static readonly TimeSpan MaxPaymentWindow = TimeSpan.FromDays(30);

    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly IOptions<OrderingOptions> _options;

    internal SellerSales(IDbContextFactory<SeckillDbContext> contexts, IdGenerator ids, StoreClock clock, IOptions<OrderingOptions> options)
    {
        _contexts = contexts;
        _ids = ids;
        _clock = clock;
        _options = options;
    }

    /// <summary>Sales, newest first.</summary>
    public async Task<Page<SellerSaleView>> ListAsync(long sellerId, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var sales = db.FlashSales.Where(s => s.SellerId == sellerId);
        var total = await sales.CountAsync(cancellationToken);
        var page = await sales
            .OrderByDescending(s => s.Id)
            .Skip(offset)
            .Take(limit)
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
        return new(
            [
                .. page.Select(row => new SellerSaleView(
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
            ],
            total);
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
        return new(SellerOutcome.Done, sale.SaleId);
    }

    /// <summary>Changes a sale that has not opened. Its product stays; a payment window left out stays, too.</summary>
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
            .Where(s => s.SaleId == saleId && s.UpdatedAt == updatedAt && s.OpensAt > now && s.State != SaleState.Closed && s.Units == before.Units)
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

        await transaction.CommitAsync(cancellationToken);
        return new(SellerOutcome.Done, saleId);
    }

    public Task<SellerResult> PauseAsync(long sellerId, long saleId, string? message, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<SellerResult> ResumeAsync(long sellerId, long saleId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Moves the end; it never moves into the past.</summary>
    public Task<SellerResult> ProlongAsync(long sellerId, long saleId, DateTime? endsAt, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends the sale now.</summary>
    public Task<SellerResult> EndAsync(long sellerId, long saleId, CancellationToken cancellationToken) => throw new NotImplementedException();

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
