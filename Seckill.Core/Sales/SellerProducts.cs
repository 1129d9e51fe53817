using System.Globalization;
using System.Text.Json;
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

    /// <summary>The product has a sale that is open, paused or planned.</summary>
    OnSale,

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

    /// <summary>
    /// Takes a product out of the shop, or brings it back. Its page stays for those who have its address. A product with a sale that has not ended
    /// stays in the shop.
    /// </summary>
    /// <param name="updatedAt">As read; a product changed since then is left alone.</param>
    public async Task<SellerResult> ArchiveAsync(long sellerId, long productId, bool archived, DateTime updatedAt, CancellationToken cancellationToken)
    {
        var now = SaleCalendar.After(updatedAt, clock);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await SaleCalendar.LockAsync(db, productId, sellerId, cancellationToken))
        {
            return new(SellerOutcome.NotFound);
        }

        var before = await db.Products.Where(p => p.ProductId == productId).Select(p => new { p.Archived, p.UpdatedAt }).SingleAsync(cancellationToken);
        if (before.UpdatedAt != updatedAt)
        {
            return new(SellerOutcome.StateChanged, productId);
        }

        if (before.Archived == archived)
        {
            return new(SellerOutcome.Done, productId);
        }

        // Nobody plans one meanwhile: that takes the same lock.
        if (archived && await db.FlashSales.AnyAsync(s => s.ProductId == productId && s.State != SaleState.Closed && s.EndsAt > now, cancellationToken))
        {
            return new(SellerOutcome.OnSale, productId);
        }

        await db.Products
            .Where(p => p.ProductId == productId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Archived, archived).SetProperty(p => p.UpdatedAt, now), cancellationToken);
        Note(db, sellerId, productId, archived ? "archive" : "restore", new { archived = before.Archived }, new { archived });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(SellerOutcome.Done, productId);
    }

    /// <summary>Sets how many units one shopper may buy in one sale.</summary>
    /// <param name="read">As read; a limit that is another one by now is left alone. Null: whatever it is.</param>
    public Task<SellerResult> SetLimitAsync(long sellerId, long productId, int? quantity, int? read, CancellationToken cancellationToken)
    {
        var rules = new FieldRules();
        var limit = rules.Number("quantity", quantity, 1, SellerRules.MaxQuantity);
        return rules.Broken
            ? Task.FromResult(SellerResult.Invalid(rules.Errors))
            : ChangeLimitAsync(sellerId, productId, db => SetLimitAsync(db, sellerId, productId, limit, read, cancellationToken), cancellationToken);
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
            : ChangeLimitAsync(sellerId, productId, db => SetVipLimitsAsync(db, sellerId, productId, new Dictionary<long, int?> { [userId] = remaining }, cancellationToken), cancellationToken);
    }

    /// <summary>Gives many shoppers quotas of their own, all or none. Those of others stay as they are.</summary>
    internal Task<SellerResult> SetVipLimitsAsync(long sellerId, long productId, IReadOnlyDictionary<long, int?> quotas, CancellationToken cancellationToken) =>
        ChangeLimitAsync(sellerId, productId, db => SetVipLimitsAsync(db, sellerId, productId, quotas, cancellationToken), cancellationToken);

    // Redis holds every limit of a live sale, so a change there and the raised generation that makes Redis take it over are one
    // transaction.
    private async Task<SellerResult> ChangeLimitAsync(long sellerId, long productId, Func<SeckillDbContext, Task<bool>> change, CancellationToken cancellationToken)
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
        if (!await change(db))
        {
            return new(SellerOutcome.StateChanged, productId);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(SellerOutcome.Done, productId);
    }

    private async Task<bool> SetLimitAsync(SeckillDbContext db, long sellerId, long productId, int quantity, int? read, CancellationToken cancellationToken)
    {
        var limit = await db.PurchaseLimits.SingleOrDefaultAsync(l => l.ProductId == productId, cancellationToken);
        var before = limit?.Quantity ?? PurchaseLimit.Default;
        if (read is not null && read != before)
        {
            return false;
        }

        if (limit is null)
        {
            db.PurchaseLimits.Add(new() { PurchaseLimitId = ids.Next(), ProductId = productId, Quantity = quantity });
        }
        else
        {
            limit.Quantity = quantity;
        }

        if (before != quantity)
        {
            Note(db, sellerId, productId, "limit", new { limit = before }, new { limit = quantity });
        }

        return true;
    }

    private async Task<bool> SetVipLimitsAsync(SeckillDbContext db, long sellerId, long productId, IReadOnlyDictionary<long, int?> quotas, CancellationToken cancellationToken)
    {
        // The sales are locked, and with them everybody who would use a quota up.
        foreach (var some in quotas.Chunk(500))
        {
            var users = some.Select(pair => pair.Key).ToArray();
            var there = await db.VipPurchaseLimits.Where(l => l.ProductId == productId && users.Contains(l.UserId)).ToDictionaryAsync(l => l.UserId, cancellationToken);
            var names = await db.Users.Where(u => users.Contains(u.UserId)).ToDictionaryAsync(u => u.UserId, u => u.UserName, cancellationToken);
            foreach (var (userId, remaining) in some)
            {
                var quota = there.GetValueOrDefault(userId);
                if (quota?.Remaining != remaining)
                {
                    var user = string.Create(CultureInfo.InvariantCulture, $"{(names.TryGetValue(userId, out var name) ? $"{name}, " : "")}{userId}");
                    Note(db, sellerId, productId, "quota", new { user, quota = quota?.Remaining }, new { user, quota = remaining });
                    Set(db, productId, userId, quota, remaining);
                }
            }
        }

        return true;
    }

    private void Set(SeckillDbContext db, long productId, long userId, VipPurchaseLimit? quota, int? remaining)
    {
        if (remaining is not { } units)
        {
            db.VipPurchaseLimits.Remove(quota!);
        }
        else if (quota is null)
        {
            db.VipPurchaseLimits.Add(new() { VipPurchaseLimitId = ids.Next(), ProductId = productId, UserId = userId, Remaining = units });
        }
        else
        {
            quota.Remaining = units;
        }
    }

    private void Note<T>(SeckillDbContext db, long sellerId, long productId, string action, T before, T after) => db.AuditEntries.Add(new()
    {
        AuditEntryId = ids.Next(),
        SubjectId = productId,
        UserId = sellerId,
        Action = action,
        Before = JsonSerializer.Serialize(before),
        After = JsonSerializer.Serialize(after),
        At = clock.UtcNow,
    });

    private static Product Check(FieldRules rules, ProductDraft draft) => new()
    {
        Name = rules.Text("name", draft.Name, 1, SellerRules.MaxName),
        Description = rules.Text("description", draft.Description, 0, SellerRules.MaxDescription),
        PriceCents = rules.Price(draft.PriceCents),
        ImageUrl = rules.ImageUrl(draft.ImageUrl),
    };
}
