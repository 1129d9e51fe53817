using System.Globalization;
using System.Text;
using Seckill.Core.Ordering;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class SellerOrdersTests
{
    [Fact]
    public async Task Orders_Filtered_AreTheSellersOwn()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, other) = (await app.SellerAsync(), await app.NewSellerAsync());
        var sale = await app.OpenSaleAsync(units: 5);
        var paid = await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 501), shopper: 501);
        await app.Shopper(501).PostAsync($"/api/orders/{paid.GetProperty("orderId").GetString()}/pay");
        var closed = await app.OrderOfAsync(await app.GrabAsync(sale, shopper: 502), shopper: 502);
        await app.Shopper(502).PostAsync($"/api/orders/{closed.GetProperty("orderId").GetString()}/cancel");
        var createdAt = paid.GetProperty("createdAt").GetString()!;

        Assert.Equal(["502", "501"], await BuyersAsync($"saleId={sale.SaleId}"));
        Assert.Equal(["501"], await BuyersAsync($"saleId={sale.SaleId}&status=paid"));
        Assert.Equal(["502"], await BuyersAsync($"productId={sale.ProductId}&status=cancelled"));
        Assert.Equal(["501"], await BuyersAsync($"saleId={sale.SaleId}&buyerId=501"));
        Assert.Equal(["501"], await BuyersAsync($"saleId={sale.SaleId}&buyer=501"));
        Assert.Equal([], await BuyersAsync($"saleId={sale.SaleId}&buyer={other.UserName}"));
        Assert.Equal(["502", "501"], await BuyersAsync($"saleId={sale.SaleId}&from={createdAt}"));
        Assert.Equal([], await BuyersAsync($"saleId={sale.SaleId}&to={createdAt}"));
        Assert.Equal(["501"], await BuyersAsync($"saleId={sale.SaleId}&offset=1&limit=1"));
        Assert.Equal(0, (await other.GetAsync($"/api/seller/orders?saleId={sale.SaleId}")).Data.GetProperty("total").GetInt32());

        var broken = await seller.GetAsync("/api/seller/orders?saleId=x&status=7&from=yesterday&buyer=nobody-at-all");
        Assert.Equal(ApiCode.Invalid, broken.Code);
        Assert.All(["saleId: ", "status: ", "from: ", "buyer: "], field => Assert.Contains(field, broken.Message, StringComparison.Ordinal));

        var id = closed.GetProperty("orderId").GetString();
        var timeline = (await seller.GetAsync($"/api/seller/orders/{id}")).Data.GetProperty("timeline");
        Assert.Equal(["grabbed", "created", "cancelled", "released"], timeline.EnumerateArray().Select(step => step.GetProperty("kind").GetString()));
        Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/orders/{id}")).Code);
        Assert.Equal(ApiCode.NotAllowed, (await app.Shopper(502).GetAsync("/api/seller/orders")).Code);

        async Task<IEnumerable<string?>> BuyersAsync(string query) =>
            (await seller.GetAsync($"/api/seller/orders?{query}")).Data.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("buyerId").GetString()).ToList();
    }

    [Fact]
    public async Task Sale_OfSomebodyElse_TellsNothing()
    {
        var app = await SharedApp.StartedAsync();
        var (seller, other) = (await app.SellerAsync(), await app.NewSellerAsync());
        var sale = await app.OpenSaleAsync(units: 5);
        await seller.PostAsync($"/api/seller/sales/{sale.SaleId}/pause", new { message = "A moment" });

        var entry = Assert.Single((await seller.GetAsync($"/api/seller/sales/{sale.SaleId}/audit")).Data.GetProperty("items").EnumerateArray());
        Assert.Equal(("pause", "A moment", seller.UserName), (entry.GetProperty("action").GetString(), entry.GetProperty("after").GetProperty("message").GetString(), entry.GetProperty("userName").GetString()));
        Assert.Equal("paused", (await seller.GetAsync($"/api/seller/sales/{sale.SaleId}")).Data.GetProperty("phase").GetString());
        var report = (await seller.GetAsync($"/api/seller/sales/{sale.SaleId}/report")).Data;
        Assert.Equal((5, "0.00"), (report.GetProperty("units").GetInt32(), report.GetProperty("revenue").GetRawText()));
        Assert.Equal(ApiCode.Ok, (await seller.GetAsync($"/api/seller/sales/{sale.SaleId}/history")).Code);

        foreach (var path in (string[])["", "/audit", "/report", "/history", "/account"])
        {
            Assert.Equal(ApiCode.NotFound, (await other.GetAsync($"/api/seller/sales/{sale.SaleId}{path}")).Code);
            Assert.Equal(ApiCode.NotFound, (await seller.GetAsync($"/api/seller/sales/1{path}")).Code);
        }
    }

    [Fact]
    public async Task Export_ManyOrders_IsACsvFileForASpreadsheet()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 30);
        foreach (var shopper in Enumerable.Range(601, 3))
        {
            await app.OrderOfAsync(await app.GrabAsync(sale, shopper), shopper);
        }

        var (headers, bytes) = await DownloadAsync(await app.SellerAsync(), $"/api/seller/orders/export?saleId={sale.SaleId}&status=pendingPayment");
        var (_, none) = await DownloadAsync(await app.NewSellerAsync(), $"/api/seller/orders/export?saleId={sale.SaleId}");

        Assert.Equal(("text/csv", "utf-8"), (headers.ContentType!.MediaType, headers.ContentType.CharSet));
        Assert.Equal("attachment", headers.ContentDisposition!.DispositionType);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes.Take(3));
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.Equal((5, "", 15), (lines.Length, lines[^1], lines[0].Split(',').Length));
        Assert.Equal(["\t603", "\t602", "\t601"], lines[1..4].Select(line => line.Split(',')[5]));
        Assert.Single(Encoding.UTF8.GetString(none).TrimEnd().Split("\r\n"));

        async Task<(System.Net.Http.Headers.HttpContentHeaders Headers, byte[] Bytes)> DownloadAsync(Caller caller, string path)
        {
            using var http = new HttpClient { BaseAddress = app.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Gateway-Key", SeckillApp.GatewayKey);
            request.Headers.Add("User-Id", caller.UserId.ToString(CultureInfo.InvariantCulture));
            using var response = await http.SendAsync(request, SeckillApp.Token);
            return (response.Content.Headers, await response.Content.ReadAsByteArrayAsync(SeckillApp.Token));
        }
    }

    [Theory]
    [InlineData("台灯", "台灯")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠SUM(1)", "'＠SUM(1)")]
    [InlineData("\n=1+1", "\"'\n=1+1\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"")]
    [InlineData("a,b", "\"a,b\"")]
    public void Csv_Text_IsNeitherFormulaNorTwoCells(string name, string cell)
    {
        var at = new DateTime(2026, 6, 18, 12, 0, 0, DateTimeKind.Utc);

        var line = OrdersCsv.LineOf(new(1, 2, 3, 4, name, 5, null, OrderStatus.PendingPayment, 2, 4900, at, at, at, null, null));

        Assert.Equal($"\t1,\t2,\t3,\t4,{cell},\t5,,pendingPayment,2,49.00,98.00,2026-06-18T12:00:00.000Z,2026-06-18T12:00:00.000Z,,\r\n", line);
    }
}
