using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Endpoints;

public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("POST", "/api/seckill/1/2/3")]
    [InlineData("GET", "/api/orders/abc")]
    [InlineData("GET", "/api/orders/-1")]
    [InlineData("GET", "/api/orders/0")]
    [InlineData("GET", "/api/orders/99999999999999999999999")]
    [InlineData("GET", "/api/orders/1.5")]
    [InlineData("GET", "/api/products/%F0%9F%98%80")]
    [InlineData("GET", "/api/seckill/12x")]
    [InlineData("GET", "/api/products/1")]
    public async Task Request_UnknownAddressOrMalformedId_IsNotFound(string method, string path)
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Shopper(1).SendAsync(new HttpMethod(method), path);

        Assert.Equal(ApiCode.NotFound, reply.Code);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, reply.Data.ValueKind);
    }

    [Fact]
    public async Task Request_WrongMethod_NamesTheRightOnes()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Shopper(1).DeleteAsync("/api/seckill");

        Assert.Equal(ApiCode.WrongMethod, reply.Code);
        Assert.Equal("POST", reply.Headers["Allow"]);
        Assert.Equal("GET, POST", (await app.Shopper(1).DeleteAsync("/api/seller/sales")).Headers["Allow"]);
        Assert.Equal(ApiCode.WrongMethod, (await app.Anybody.GetAsync("/api/users/register")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{}{}")]
    [InlineData("not json")]
    [InlineData("{\"productId\":1,\"quantity\":1}")]
    [InlineData("{\"productId\":null,\"quantity\":1}")]
    [InlineData("{\"productId\":\"\",\"quantity\":1}")]
    [InlineData("{\"productId\":\"abc\",\"quantity\":1}")]
    [InlineData("{\"productId\":\"-1\",\"quantity\":1}")]
    [InlineData("{\"productId\":\"99999999999999999999\",\"quantity\":1}")]
    [InlineData("{\"productId\":\"\\ud800\",\"quantity\":1}")]
    [InlineData("{\"productId\":{\"a\":[1]},\"quantity\":1}")]
    [InlineData("{\"productId\":\"1\"}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":null}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":\"1\"}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":0}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":-3}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":1.5}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":99999999999}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":1e400}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":[1]}")]
    [InlineData("{\"productId\":\"1\",\"quantity\":true}")]
    public async Task Grab_MalformedBody_IsInvalid(string body)
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Shopper(1).SendAsync(HttpMethod.Post, "/api/seckill", JsonText(body));

        Assert.Equal(ApiCode.Invalid, reply.Code);
    }

    [Fact]
    public async Task Grab_SeveralFieldsWrong_NamesEach()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Shopper(1).SendAsync(HttpMethod.Post, "/api/seckill", JsonText("""{"productId":5,"quantity":0}"""));

        Assert.Contains("productId: ", reply.Message, StringComparison.Ordinal);
        Assert.Contains("quantity: must be at least 1", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Grab_MalformedKey_IsInvalid(string key)
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Shopper(1).GrabAsync(new(1, 1), key: key);

        Assert.Equal(ApiCode.Invalid, reply.Code);
    }

    [Theory]
    [InlineData("""{"userName":7}""", "userName")]
    [InlineData("""{"userName":["a"]}""", "userName")]
    [InlineData("""{"password":{}}""", "password")]
    [InlineData("""{"userName":"a","userName":"b"}""", "userName")]
    public async Task Register_WrongType_NamesTheField(string body, string field)
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.Anybody.SendAsync(HttpMethod.Post, "/api/users/register", JsonText(body));

        Assert.Equal(ApiCode.Invalid, reply.Code);
        Assert.Contains(field + ": ", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"price":"1.00"}""", "price")]
    [InlineData("""{"price":1.005}""", "price")]
    [InlineData("""{"price":1e30}""", "price")]
    [InlineData("""{"price":1e99999}""", "price")]
    [InlineData("""{"productId":12}""", "productId")]
    [InlineData("""{"units":"5"}""", "units")]
    [InlineData("""{"units":1e10}""", "units")]
    [InlineData("""{"opensAt":"tomorrow"}""", "opensAt")]
    [InlineData("""{"opensAt":"2030-01-31"}""", "opensAt")]
    [InlineData("""{"opensAt":"2030-01-31T12:00:00"}""", "opensAt")]
    [InlineData("""{"opensAt":"2030-02-31T12:00:00Z"}""", "opensAt")]
    [InlineData("""{"opensAt":1234567890}""", "opensAt")]
    [InlineData("""{"paymentWindowSeconds":0.5}""", "paymentWindowSeconds")]
    public async Task PlanSale_WrongValue_NamesTheField(string body, string field)
    {
        var app = await SharedApp.StartedAsync();

        var reply = await (await app.SellerAsync()).SendAsync(HttpMethod.Post, "/api/seller/sales", JsonText(body));

        Assert.Equal(ApiCode.Invalid, reply.Code);
        Assert.Contains(field + ": ", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offset=-1")]
    [InlineData("offset=x")]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=1.5")]
    [InlineData("limit=99999999999999")]
    [InlineData("limit=1&limit=2")]
    public async Task List_MalformedPaging_IsInvalid(string query)
    {
        var app = await SharedApp.StartedAsync();

        Assert.Equal(ApiCode.Invalid, (await app.Anybody.GetAsync($"/api/products?{query}")).Code);
    }

    [Fact]
    public async Task Request_NotJson_IsUnsupported()
    {
        var app = await SharedApp.StartedAsync();

        using var content = new StringContent("productId=1&quantity=1", Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Equal(ApiCode.NotJson, (await app.Shopper(1).SendAsync(HttpMethod.Post, "/api/seckill", content)).Code);
        using var login = new StringContent("{}", Encoding.UTF8, "text/plain");
        Assert.Equal(ApiCode.NotJson, (await app.Anybody.SendAsync(HttpMethod.Post, "/api/users/login", login)).Code);
    }

    [Theory]
    [InlineData("/api/seckill", false)]
    [InlineData("/api/seckill", true)]
    [InlineData("/api/users/login", false)]
    [InlineData("/api/users/login", true)]
    public async Task Request_LargerThan64KiB_IsTooLarge(string path, bool chunked)
    {
        var app = await SharedApp.StartedAsync();

        using var content = JsonText($$"""{"userName":"{{new string('a', 70_000)}}"}""", chunked);
        var reply = await app.Shopper(1).SendAsync(HttpMethod.Post, path, content);

        Assert.Equal(ApiCode.TooLarge, reply.Code);
    }

    [Fact]
    public async Task Request_BodyInPieces_IsRead()
    {
        var app = await SharedApp.StartedAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port, SeckillApp.Token);
        var stream = client.GetStream();
        const string Body = """{"productId":"1","quantity":1}""";
        string[] pieces =
        [
            $"POST /api/seckill HTTP/1.1\r\nHost: {app.Address.Authority}\r\nConnection: close\r\nGateway-Key: {SeckillApp.GatewayKey}\r\nUser-Id: 1\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n",
            Body[..9],
            Body[9..],
        ];

        foreach (var piece in pieces)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(piece), SeckillApp.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, SeckillApp.Token);
        }

        using var reader = new StreamReader(stream);
        Assert.Contains($"\"code\":{ApiCode.NotFound}", await reader.ReadToEndAsync(SeckillApp.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh", "请先登录。")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "请先登录。")]
    [InlineData("zh-TW", "请先登录。")]
    [InlineData("en-GB,zh;q=0.5", "Please sign in.")]
    [InlineData("fr", "Please sign in.")]
    [InlineData(";;;q=x", "Please sign in.")]
    public async Task Refusal_AcceptLanguage_SpeaksIt(string header, string message)
    {
        var app = await SharedApp.StartedAsync();

        Assert.Equal(message, (await app.With(("Accept-Language", header)).GetAsync("/api/orders")).Message);
    }

    [Fact]
    public async Task Refusal_CultureCookie_GoesBeforeTheHeader()
    {
        var app = await SharedApp.StartedAsync();

        var reply = await app.With(("Accept-Language", "en"), ("Cookie", ".AspNetCore.Culture=c%3Dzh-CN%7Cuic%3Dzh-CN")).GetAsync("/api/orders");

        Assert.Equal("请先登录。", reply.Message);
    }

    [Fact]
    public void Sentences_EveryLanguage_HasThemAll()
    {
        var messages = new System.Resources.ResourceManager("Seckill.Web.Resources.Messages", typeof(ApiCode).Assembly);
        var english = KeysOf(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(english, KeysOf(Languages.Chinese));
        Assert.All(
            typeof(Refusal).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static).Where(f => f.FieldType == typeof(Refusal)),
            f => Assert.Contains(f.Name, english));

        string[] KeysOf(System.Globalization.CultureInfo culture) =>
            [.. messages.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<System.Collections.DictionaryEntry>().Select(e => (string)e.Key).Order(StringComparer.Ordinal)];
    }

    private static StringContent JsonText(string text, bool chunked = false)
    {
        var content = chunked ? new ChunkedText(text) : new StringContent(text);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private sealed class ChunkedText(string text) : StringContent(text)
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
