namespace Seckill.Core.Catalog;

internal sealed class Product
{
    public long Id { get; set; }
    public long ProductId { get; set; }
    public required string Name { get; set; }
    public required string Description { get; set; }

    /// <summary>The list price.</summary>
    public long PriceCents { get; set; }
    public string? ImageUrl { get; set; }
    public long SellerId { get; set; }

    /// <summary>Not in the shop any more, and not to be sold again until it is brought back.</summary>
    public bool Archived { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}
