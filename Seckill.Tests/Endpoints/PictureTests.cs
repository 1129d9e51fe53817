using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class PictureTests
{
    [Fact]
    public async Task Upload_Picture_IsShownWithTheProductAndCachedForLong()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, productId) = (await app.SellerAsync(), await app.AddProductAsync());

        // What the sender calls it and says it is counts for nothing.
        var uploaded = await UploadAsync(seller, productId, Png(), "../../evil.html", "text/html");

        Assert.Equal(ApiCode.Ok, uploaded.Code);
        var imageUrl = uploaded.Data.GetProperty("imageUrl").GetString()!;
        Assert.Matches("^/images/[0-9a-f]{32}\\.png$", imageUrl);
        Assert.Equal(imageUrl, (await app.Anybody.GetAsync($"/api/products/{productId}")).Data.GetProperty("imageUrl").GetString());
        using var http = new HttpClient { BaseAddress = app.Address };
        using var shown = await http.GetAsync(imageUrl, SeckillApp.Token);
        Assert.Equal("image/png", shown.Content.Headers.ContentType!.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", shown.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", shown.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(Png(), await shown.Content.ReadAsByteArrayAsync(SeckillApp.Token));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/images/..%2Fseckill.db", SeckillApp.Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/images/{new string('0', 32)}.png", SeckillApp.Token)).StatusCode);
    }

    [Fact]
    public async Task Upload_Wrong_SaysWhatIsWrong()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, other, productId) = (await app.SellerAsync(), await app.NewSellerAsync(), await app.AddProductAsync());

        var large = await UploadAsync(seller, productId, Png(ProductPictures.MaxBytes + 1));
        var larger = await UploadAsync(seller, productId, Png(2 * ProductPictures.MaxBytes));
        var text = await UploadAsync(seller, productId, "<svg onload=alert(1)>"u8.ToArray());
        var huge = await UploadAsync(seller, productId, Png(width: 10_001));
        var json = await seller.PostAsync($"/api/seller/products/{productId}/image", new { image = "x" });
        using var nothing = new MultipartFormDataContent { { new StringContent("x"), "image" } };
        var empty = await seller.SendAsync(HttpMethod.Post, $"/api/seller/products/{productId}/image", nothing);

        Assert.Equal(
            (ApiCode.TooLarge, ApiCode.TooLarge, ApiCode.Invalid, ApiCode.Invalid, ApiCode.NotJson, ApiCode.Invalid),
            (large.Code, larger.Code, text.Code, huge.Code, json.Code, empty.Code));
        Assert.Contains("5 MiB", large.Message, StringComparison.Ordinal);
        Assert.Equal(ApiCode.NotFound, (await UploadAsync(other, productId, Png())).Code);
        Assert.Equal(ApiCode.NotFound, (await UploadAsync(seller, 12345, Png())).Code);
        Assert.Equal(ApiCode.NotAllowed, (await UploadAsync(app.Shopper(1), productId, Png())).Code);
        Assert.Equal("", (await app.Anybody.GetAsync($"/api/products/{productId}")).Data.GetProperty("imageUrl").GetString() ?? "");
    }

    [Fact]
    public async Task Upload_ProductChangedSinceItWasRead_IsLeftAlone()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, productId) = (await app.SellerAsync(), await app.AddProductAsync());
        var read = (await seller.GetAsync($"/api/seller/products/{productId}")).Data.GetProperty("updatedAt").GetString();
        app.Time.Turn(TimeSpan.FromMilliseconds(5));
        var first = await UploadAsync(seller, productId, Png(length: 200), query: $"?updatedAt={read}");

        var stale = await UploadAsync(seller, productId, Png(length: 300), query: $"?updatedAt={read}");
        var broken = await UploadAsync(seller, productId, Png(), query: "?updatedAt=yesterday");

        Assert.Equal((ApiCode.Ok, ApiCode.StateChanged, ApiCode.Invalid), (first.Code, stale.Code, broken.Code));
        Assert.Contains("updatedAt: ", broken.Message, StringComparison.Ordinal);
        Assert.Equal(first.Data.GetProperty("imageUrl").GetString(), (await seller.GetAsync($"/api/seller/products/{productId}")).Data.GetProperty("imageUrl").GetString());
    }

    [Fact]
    public async Task Save_ProductChangedWhileThePictureArrives_OverwritesNothing()
    {
        await using var database = await TestDatabase.StartAsync();
        var (products, queries) = (database.Get<SellerProducts>(), database.Get<SellerProductQueries>());
        var id = (await products.CreateAsync(1, new("Lamp", "", 9900, null), TestDatabase.Token)).Id;
        var read = (await queries.FindAsync(1, id, TestDatabase.Token))!.Value.Product.UpdatedAt;
        using var content = new SlowStream(Png(), () => products.UpdateAsync(1, id, new("Lantern", "", 9900, "/demo/lamp.svg"), read, TestDatabase.Token));

        var saved = await database.Get<ProductPictures>().SaveAsync(1, id, content, read, TestDatabase.Token);

        Assert.Equal(PictureOutcome.StateChanged, saved.Outcome);
        var product = (await queries.FindAsync(1, id, TestDatabase.Token))!.Value.Product;
        Assert.Equal(("Lantern", "/demo/lamp.svg"), (product.Name, product.ImageUrl));
    }

    [Fact]
    public void KindOf_FirstBytes_KnowsTheKindsAndTheirSize()
    {
        Assert.Equal("png", ProductPictures.KindOf(Png()));
        Assert.Null(ProductPictures.KindOf(Png(width: 0)));
        Assert.Equal("jpg", ProductPictures.KindOf([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 17, 8, 0, 3, 0, 4, 3]));
        Assert.Null(ProductPictures.KindOf([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 17, 8, 0, 0, 0, 4, 3]));
        Assert.Null(ProductPictures.KindOf([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xE0, 0, 0, 0xFF, 0xE0]));
        Assert.Equal("webp", ProductPictures.KindOf(Webp("VP8X", 24, [9, 0, 0, 9, 0, 0])));
        Assert.Equal("webp", ProductPictures.KindOf(Webp("VP8L", 20, [0x2F, 0x09, 0x40, 0x02, 0x00])));
        Assert.Equal("webp", ProductPictures.KindOf(Webp("VP8 ", 23, [0x9D, 0x01, 0x2A, 5, 0, 5, 0])));
        Assert.Null(ProductPictures.KindOf(Webp("VP8 ", 23, [0, 0, 0, 5, 0, 5, 0])));
        Assert.Null(ProductPictures.KindOf("GIF89a and then some more bytes to be long enough"u8));
        Assert.Null(ProductPictures.KindOf([]));
    }

    private static async Task<Reply> UploadAsync(Caller caller, long productId, byte[] bytes, string fileName = "picture.png", string mediaType = "image/png", string query = "")
    {
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new(mediaType);
        using var form = new MultipartFormDataContent { { file, "image", fileName } };
        return await caller.SendAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/api/seller/products/{productId}/image{query}"), form);
    }

    private static byte[] Png(int length = 100, int width = 10)
    {
        var bytes = new byte[length];
        ((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']).CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), 10);
        return bytes;
    }

    private static byte[] Webp(string chunk, int at, byte[] header)
    {
        var bytes = new byte[40];
        Encoding.ASCII.GetBytes($"RIFF    WEBP{chunk}").CopyTo(bytes, 0);
        header.CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>Something happens before its first byte is there.</summary>
    private sealed class SlowStream(byte[] content, Func<Task> meanwhile) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == 0)
            {
                await meanwhile();
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
