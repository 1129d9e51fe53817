using Microsoft.EntityFrameworkCore;
using Seckill.Core.Catalog;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

/// <param name="PriceCents">The list price; null when missing or not a number of cents.</param>
public sealed record ProductDraft(string? Name, string? Description, long? PriceCents, string? ImageUrl);

public enum SellerOutcome
{
    Done,
    Invalid,

    /// <summary>None of that id, or somebody else's.</summary>
    NotFound,

    /// <summary>Changed by somebody since it was read, or no longer in a state that allows this.</summary>
    StateChanged,

    /// <summary>The sale would overlap another of the same product.</summary>
    Overlaps,

    /// <summary>Fewer units are left than should be withdrawn.</summary>
    FewerLeft,

    /// <summary>The idempotency key was used for another change.</summary>
    KeyReused,

    /// <summary>In SQL, not yet in Redis: will be completed by itself.</summary>
    NotNow,
}

/// <param name="Id">Of what was made or changed.</param>
public sealed record SellerResult(SellerOutcome Outcome, long Id = 0, IReadOnlyList<FieldError>? Errors = null, int Left = 0)
{
    internal static SellerResult Invalid(params IReadOnlyList<FieldError> errors) => new(SellerOutcome.Invalid, Errors: errors);
}

/// <summary>A seller's own products and their limits.</summary>
public sealed class SellerProducts(IDbContextFactory<SeckillDbContext> contexts, IdGenerator ids, StoreClock clock)
{
    public async Task<SellerResult> CreateAsync(long sellerId, ProductDraft draft, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var product = Check(rules, draft);
        if (rules.Broken)
        {
            return SellerResult.Invalid(rules.Errors);
        }

        var now = clock.UtcNow;
        product.ProductId = ids.Next();
        product.SellerId = sellerId;
        product.CreatedAt = now;
        product.UpdatedAt = now;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Products.Add(product);
        await db.SaveChangesAsync(cancellationToken);
        return new(SellerOutcome.Done, product.ProductId);
    }

    /// <param name="updatedAt">As read; a product changed since then is left alone.</param>
    public async Task<SellerResult> UpdateAsync(long sellerId, long productId, ProductDraft draft, DateTime updatedAt, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var product = Check(rules, draft);
        if (rules.Broken)
        {
            return SellerResult.Invalid(rules.Errors);
        }

        var now = SaleCalendar.After(updatedAt, clock);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changed = await db.Products
            .Where(p => p.ProductId == productId && p.SellerId == sellerId && p.UpdatedAt == updatedAt)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(p => p.Name, product.Name)
                    .SetProperty(p => p.Description, product.Description)
                    .SetProperty(p => p.PriceCents, product.PriceCents)
                    .SetProperty(p => p.ImageUrl, product.ImageUrl)
                    .SetProperty(p => p.UpdatedAt, now),
                cancellationToken);
        if (changed == 1)
        {
            return new(SellerOutcome.Done, productId);
        }

        return await db.Products.AnyAsync(p => p.ProductId == productId && p.SellerId == sellerId, cancellationToken)
            ? new(SellerOutcome.StateChanged, productId)
            : new(SellerOutcome.NotFound);
    }

    /// <summary>Sets how many units one shopper may buy in one sale.</summary>
    public Task<SellerResult> SetLimitAsync(long sellerId, long productId, int? quantity, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var limit = rules.Number("quantity", quantity, 1, SellerRules.MaxQuantity);
        return rules.Broken
            ? Task.FromResult(SellerResult.Invalid(rules.Errors))
            : ChangeLimitAsync(sellerId, productId, db => SetLimitAsync(db, productId, limit, cancellationToken), cancellationToken);
    }

    /// <summary>Gives a shopper a quota of their own (0 or more) in place of the product's limit; null takes it away.</summary>
    public Task<SellerResult> SetVipLimitAsync(long sellerId, long productId, long userId, int? remaining, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        if (remaining is not null)
        {
            rules.Number("remaining", remaining, 0, SellerRules.MaxQuantity);
        }

        return rules.Broken
            ? Task.FromResult(SellerResult.Invalid(rules.Errors))
            : ChangeLimitAsync(sellerId, productId, db => SetVipLimitAsync(db, productId, userId, remaining, cancellationToken), cancellationToken);
    }

    // Redis holds every limit of a live sale, so a change there and the raised generation that makes Redis take it over are one
    // transaction.
    private async Task<SellerResult> ChangeLimitAsync(long sellerId, long productId, Func<SeckillDbContext, Task> change, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await SaleCalendar.LockAsync(db, productId, sellerId, cancellationToken))
        {
            return new(SellerOutcome.NotFound);
        }

        // The sale before the limits, as the order writer takes them.
        await db.FlashSales
            .Where(s => s.ProductId == productId && s.State != SaleState.Closed)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Generation, s => s.Generation + 1), cancellationToken);
        await change(db);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(SellerOutcome.Done, productId);
    }

    private async Task SetLimitAsync(SeckillDbContext db, long productId, int quantity, CancellationToken cancellationToken)
    {
        var changed = await db.PurchaseLimits
            .Where(l => l.ProductId == productId)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.Quantity, quantity), cancellationToken);
        if (changed == 0)
        {
            db.PurchaseLimits.Add(new() { PurchaseLimitId = ids.Next(), ProductId = productId, Quantity = quantity });
        }
    }

    private async Task SetVipLimitAsync(SeckillDbContext db, long productId, long userId, int? remaining, CancellationToken cancellationToken)
    {
        var quota = db.VipPurchaseLimits.Where(l => l.ProductId == productId && l.UserId == userId);
        if (remaining is not { } units)
        {
            await quota.ExecuteDeleteAsync(cancellationToken);
        }
        else if (await quota.ExecuteUpdateAsync(set => set.SetProperty(l => l.Remaining, units), cancellationToken) == 0)
        {
            db.VipPurchaseLimits.Add(new() { VipPurchaseLimitId = ids.Next(), ProductId = productId, UserId = userId, Remaining = units });
        }
    }

    private static Product Check(FieldRules rules, ProductDraft draft) => new()
    {
        Name = rules.Text("name", draft.Name, 1, SellerRules.MaxName),
        Description = rules.Text("description", draft.Description, 0, SellerRules.MaxDescription),
        PriceCents = rules.Price(draft.PriceCents),
        ImageUrl = rules.ImageUrl(draft.ImageUrl),
    };
}
