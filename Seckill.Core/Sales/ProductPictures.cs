using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

public enum PictureOutcome
{
    Done,

    /// <summary>No product of that id, or somebody else's.</summary>
    NotFound,

    /// <summary>More bytes than <see cref="ProductPictures.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>The product was changed by somebody since it was read.</summary>
    StateChanged,

    /// <summary>Not a JPEG, PNG or WebP picture of 1 to <see cref="ProductPictures.MaxSide"/> pixels a side, by its content.</summary>
    NotAPicture,
}

/// <param name="ImageUrl">Where the picture is now.</param>
/// <param name="UpdatedAt">The product's, as changed by this.</param>
public sealed record PictureResult(PictureOutcome Outcome, string? ImageUrl = null, DateTime UpdatedAt = default);

/// <summary>
/// The pictures that sellers upload: files below the data directory, named by their content. A name never means another picture, and
/// what the sender called the file or said it was is not believed.
/// </summary>
public sealed partial class ProductPictures
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxSide = 10_000;

    /// <summary>The address of a picture, without its name.</summary>
    public const string Address = "/images/";

    private const string Folder = "images";

    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly DataDirectory _data;
    private readonly StoreClock _clock;

    internal ProductPictures(IDbContextFactory<SeckillDbContext> contexts, DataDirectory data, StoreClock clock) => (_contexts, _data, _clock) = (contexts, data, clock);

    /// <summary>Keeps the picture and makes it the product's.</summary>
    /// <param name="readAt">The product's updated-at as read: one that has been changed since, or is while the picture arrives, is left alone. Null: whatever it is.</param>
    public async Task<PictureResult> SaveAsync(long sellerId, long productId, Stream content, DateTime? readAt, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var product = db.Products.Where(p => p.ProductId == productId && p.SellerId == sellerId);
        if (await product.Select(p => (DateTime?)p.UpdatedAt).SingleOrDefaultAsync(cancellationToken) is not { } found)
        {
            return new(PictureOutcome.NotFound);
        }

        if (readAt is not null && readAt != found)
        {
            return new(PictureOutcome.StateChanged);
        }

        if (await ReadAsync(content, cancellationToken) is not { } bytes)
        {
            return new(PictureOutcome.TooLarge);
        }

        if (KindOf(bytes) is not { } kind)
        {
            return new(PictureOutcome.NotAPicture);
        }

        var name = $"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}.{kind}";
        await KeepAsync(name, bytes, cancellationToken);

        var updatedAt = readAt ?? await product.Select(p => p.UpdatedAt).SingleAsync(cancellationToken);
        var (imageUrl, now) = (Address + name, SaleCalendar.After(updatedAt, _clock));
        var changed = await product
            .Where(p => p.UpdatedAt == updatedAt)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.ImageUrl, imageUrl).SetProperty(p => p.UpdatedAt, now), cancellationToken);
        return changed == 1 ? new(PictureOutcome.Done, imageUrl, now) : new(PictureOutcome.StateChanged);
    }

    /// <summary>The file of a picture and its media type; null when there is none of that name.</summary>
    public (string Path, string MediaType)? Find(string name)
    {
        if (!NamePattern().IsMatch(name))
        {
            return null;
        }

        var path = Path.Combine(_data.FullPath, Folder, name);
        return File.Exists(path) ? (path, Path.GetExtension(name) switch { ".jpg" => "image/jpeg", ".png" => "image/png", _ => "image/webp" }) : null;
    }

    // Null: too many.
    private static async Task<byte[]?> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (bytes.Length + count > MaxBytes)
            {
                return null;
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    // Whole or not at all: under its name a file is complete.
    private async Task KeepAsync(string name, byte[] bytes, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(_data.File(Folder)).FullName;
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return;
        }

        var half = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        try
        {
            await File.WriteAllBytesAsync(half, bytes, cancellationToken);
            File.Move(half, path, overwrite: true);
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>Which kind of picture this is, by its first bytes; null: none that we take.</summary>
    internal static string? KindOf(ReadOnlySpan<byte> bytes)
    {
        var (kind, width, height) = PngOf(bytes) ?? JpegOf(bytes) ?? WebpOf(bytes) ?? default;
        return width is >= 1 and <= MaxSide && height is >= 1 and <= MaxSide ? kind : null;
    }

    private static (string Kind, int Width, int Height)? PngOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 24 && bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) && bytes[12..].StartsWith("IHDR"u8)
            ? ("png", BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]))
            : null;

    // Segment by segment to the first frame header, which has the size.
    private static (string Kind, int Width, int Height)? JpegOf(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return null;
        }

        var at = 2;
        while (at + 9 <= bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return ("jpg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }
            else
            {
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            }
        }

        return null;
    }

    private static (string Kind, int Width, int Height)? WebpOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || !bytes.StartsWith("RIFF"u8) || !bytes[8..].StartsWith("WEBP"u8))
        {
            return null;
        }

        var chunk = bytes[12..];
        if (chunk.StartsWith("VP8X"u8))
        {
            return ("webp", 1 + (bytes[24] | bytes[25] << 8 | bytes[26] << 16), 1 + (bytes[27] | bytes[28] << 8 | bytes[29] << 16));
        }

        if (chunk.StartsWith("VP8L"u8) && bytes[20] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return ("webp", (int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1);
        }

        return chunk.StartsWith("VP8 "u8) && bytes[23..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? ("webp", BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF)
            : null;
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\.(jpg|png|webp)\z")]
    private static partial Regex NamePattern();
}
