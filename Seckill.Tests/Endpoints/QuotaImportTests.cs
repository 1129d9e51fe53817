using System.Net.Http.Headers;
using System.Text;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class QuotaImportTests
{
    [Fact]
    public async Task Import_Csv_AsBodyOrAsFile_SetsTheQuotas()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, sale) = (await app.SellerAsync(), await app.OpenSaleAsync(units: 10));

        var body = await seller.SendAsync(HttpMethod.Post, Path(sale.ProductId), Csv("user,quota\n501,4\n502,2\n"));
        using var form = new MultipartFormDataContent { { new ByteArrayContent("503,3"u8.ToArray()), "list", "vip.csv" } };
        var file = await seller.SendAsync(HttpMethod.Post, Path(sale.ProductId), form);

        Assert.Equal((ApiCode.Ok, 2), (body.Code, body.Data.GetProperty("quotas").GetInt32()));
        Assert.Equal((ApiCode.Ok, 1), (file.Code, file.Data.GetProperty("quotas").GetInt32()));

        // As soon as the running sale has it.
        await TestHouse.WaitForAsync(async () => await app.Shopper(501).GrabAsync(sale, quantity: 4) is { Code: ApiCode.Ok } reply ? reply : null);
    }

    [Fact]
    public async Task Import_BadLines_AreInTheData()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, productId) = (await app.SellerAsync(), await app.AddProductAsync());

        var reply = await seller.And(("Accept-Language", "zh")).SendAsync(HttpMethod.Post, Path(productId), Csv("501,4\nnobody,1\n502\n"));

        Assert.Equal(ApiCode.Invalid, reply.Code);
        Assert.Contains("2 行", reply.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["2|nobody,1|user: 既不是用户名，也不是用户编号", "3|502|line: 须有两列：用户和额度"],
            reply.Data.GetProperty("lines").EnumerateArray().Select(line => $"{line.GetProperty("line")}|{line.GetProperty("text")}|{line.GetProperty("problem")}"));
    }

    [Fact]
    public async Task Import_Wrong_SaysWhatIsWrong()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, other, productId) = (await app.SellerAsync(), await app.NewSellerAsync(), await app.AddProductAsync());

        var json = await seller.PostAsync(Path(productId), new { user = "501", quota = 1 });
        var large = await seller.SendAsync(HttpMethod.Post, Path(productId), Csv(new string('1', QuotaImport.MaxBytes + 1)));
        var larger = await seller.SendAsync(HttpMethod.Post, Path(productId), Csv(new string('1', 2 * QuotaImport.MaxBytes)));
        var binary = await seller.SendAsync(HttpMethod.Post, Path(productId), Csv("\0\0"));
        var empty = await seller.SendAsync(HttpMethod.Post, Path(productId), Csv(""));
        using var nothing = new MultipartFormDataContent { { new StringContent("501,1"), "list" } };
        var form = await seller.SendAsync(HttpMethod.Post, Path(productId), nothing);

        Assert.Equal(
            (ApiCode.NotJson, ApiCode.TooLarge, ApiCode.TooLarge, ApiCode.Invalid, ApiCode.Invalid, ApiCode.Invalid),
            (json.Code, large.Code, larger.Code, binary.Code, empty.Code, form.Code));
        Assert.Equal(ApiCode.NotFound, (await other.SendAsync(HttpMethod.Post, Path(productId), Csv("501,1"))).Code);
        Assert.Equal(ApiCode.NotFound, (await seller.SendAsync(HttpMethod.Post, Path(12345), Csv("501,1"))).Code);
        Assert.Equal(ApiCode.NotAllowed, (await app.Shopper(1).SendAsync(HttpMethod.Post, Path(productId), Csv("501,1"))).Code);
    }

    private static string Path(long productId) => $"/api/seller/products/{productId}/vip-limits";

    private static ByteArrayContent Csv(string text) => new(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
}
