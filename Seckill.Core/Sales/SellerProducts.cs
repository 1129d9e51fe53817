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
public sealed class SellerProducts
{
    public Task<SellerResult> CreateAsync(long sellerId, ProductDraft draft, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <param name="updatedAt">As read; a product changed since then is left alone.</param>
    public Task<SellerResult> UpdateAsync(long sellerId, long productId, ProductDraft draft, DateTime updatedAt, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sets how many units one shopper may buy in one sale.</summary>
    public Task<SellerResult> SetLimitAsync(long sellerId, long productId, int? quantity, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Gives a shopper a quota of their own (0 or more) in place of the product's limit; null takes it away.</summary>
    public Task<SellerResult> SetVipLimitAsync(long sellerId, long productId, long userId, int? remaining, CancellationToken cancellationToken) => throw new NotImplementedException();
}
