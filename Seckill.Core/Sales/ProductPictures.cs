namespace Seckill.Core.Sales;

public enum PictureOutcome
{
    Done,

    /// <summary>No product of that id, or somebody else's.</summary>
    NotFound,

    /// <summary>More bytes than <see cref="ProductPictures.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Not a JPEG, PNG or WebP picture of 1 to 10,000 pixels a side, by its content.</summary>
    NotAPicture,
}

/// <param name="ImageUrl">Where the picture is now.</param>
/// <param name="UpdatedAt">The product's, as changed by this.</param>
public sealed record PictureResult(PictureOutcome Outcome, string? ImageUrl = null, DateTime UpdatedAt = default);

/// <summary>The pictures that sellers upload.</summary>
public sealed class ProductPictures
{
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>Keeps the picture and makes it the product's.</summary>
    public Task<PictureResult> SaveAsync(long sellerId, long productId, Stream content, CancellationToken cancellationToken) => throw new NotImplementedException();
}
