using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Shared;

/// <summary>
/// The real program on a real port, in an environment like Production, with a data directory of its own. Speaks the domain, and only
/// through the HTTP API. The clock can be turned and otherwise runs.
/// </summary>
internal sealed class SeckillApp : IAsyncDisposable
{
    public const string GatewayKey = "a-gateway-key-for-tests";
    public const string AdminName = "admin";
    public const string Password = "correct-horse-battery";

    private readonly Factory _factory;
    private readonly HttpClient _http;
    private readonly string _directory;
    private readonly SemaphoreSlim _sellerGate = new(1);
    private Caller? _seller;

    private SeckillApp(Factory factory, HttpClient http, TurnableTime time, string directory) =>
        (_factory, _http, Time, _directory) = (factory, http, time, directory);

    public TurnableTime Time { get; }

    public Uri Address => _http.BaseAddress!;

    /// <summary>Somebody who has not signed in.</summary>
    public Caller Anybody => new(_http);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="settings">As in appsettings, with colons; null takes a default of the tests away.</param>
    public static Task<SeckillApp> StartAsync(Store store = Store.Embedded, params (string Key, string? Value)[] settings) => StartAsync(_ => { }, store, settings);

    /// <param name="change">Puts something of the test between the program and what it runs on.</param>
    public static async Task<SeckillApp> StartAsync(Action<IServiceCollection> change, Store store = Store.Embedded, params (string Key, string? Value)[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("seckill-").FullName;
        Dictionary<string, string?> configuration = new()
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Data:Directory"] = directory,
            ["ConnectionStrings:Redis"] = store == Store.Redis ? SharedRedis.NextDatabase() : null,
            ["Gateway:Key"] = GatewayKey,
            ["Admin:UserName"] = AdminName,
            ["Admin:Password"] = Password,
            ["Accounts:RegistrationsPerMinute"] = "1000000",
            ["Accounts:SignInTriesPerMinute"] = "1000000",
            ["Accounts:PasswordIterations"] = "10000",
            ["Grabbing:TriesPerSecond"] = "1000000",
        };
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        var time = new TurnableTime();
        var factory = new Factory(configuration, time, change);
        factory.UseKestrel(0);
        factory.StartServer();
        var http = factory.CreateDefaultClient();
        http.Timeout = TimeSpan.FromSeconds(60);
        return await Task.FromResult(new SeckillApp(factory, http, time, directory));
    }

    public T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    /// <summary>Somebody for whom the gateway vouches; has no account here.</summary>
    public Caller Shopper(long userId) => new(_http, ("Gateway-Key", GatewayKey), ("User-Id", userId.ToString(CultureInfo.InvariantCulture)));

    public Caller With(params (string Name, string Value)[] headers) => new(_http, headers);

    /// <summary>A new account, signed in with a token.</summary>
    public async Task<Caller> RegisterAsync(string? userName = null)
    {
        userName ??= $"user-{Guid.NewGuid():N}"[..20];
        var registered = await Anybody.PostAsync("/api/users/register", new { userName, password = Password, firstName = "Test", lastName = "User" });
        Assert.Equal(ApiCode.Ok, registered.Code);
        return await SignInAsync(userName);
    }

    public async Task<Caller> SignInAsync(string userName, string password = Password)
    {
        var signedIn = await Anybody.PostAsync("/api/users/login", new { userName, password });
        Assert.Equal(ApiCode.Ok, signedIn.Code);
        return new(_http, ("Authorization", $"Bearer {signedIn.Data.GetProperty("token").GetString()}")) { UserId = signedIn.Id("userId"), UserName = userName };
    }

    /// <summary>The cookie that the sign-in page would set: made by the program's own sign-in, outside a request.</summary>
    public async Task<string> CookieOfAsync(Caller caller, UserRole role = UserRole.Shopper)
    {
        await using var scope = Get<IServiceScopeFactory>().CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        await SiteSignIn.SignInAsync(context, new UserView(caller.UserId, caller.UserName, "Test", "User", role, false, default));
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    public Task<Caller> AdminAsync() => SignInAsync(AdminName);

    /// <summary>The one seller of this application, made by its admin when first needed.</summary>
    public async Task<Caller> SellerAsync()
    {
        await _sellerGate.WaitAsync(Token);
        try
        {
            return _seller ??= await NewSellerAsync();
        }
        finally
        {
            _sellerGate.Release();
        }
    }

    public async Task<Caller> NewSellerAsync()
    {
        var seller = await RegisterAsync();
        var promoted = await (await AdminAsync()).PutAsync($"/api/admin/users/{seller.UserId}/role", new { role = "seller" });
        Assert.Equal(ApiCode.Ok, promoted.Code);
        return seller;
    }

    public async Task<long> AddProductAsync(int limit = 1)
    {
        var seller = await SellerAsync();
        var product = await seller.PostAsync("/api/seller/products", new { name = "Lamp", description = "It shines.", price = 99.00m, imageUrl = (string?)null });
        Assert.Equal(ApiCode.Ok, product.Code);
        var productId = product.Id("productId");
        Assert.Equal(ApiCode.Ok, (await seller.PutAsync($"/api/seller/products/{productId}/limit", new { quantity = limit })).Code);
        return productId;
    }

    /// <summary>A product with a sale that is open now, unless told otherwise.</summary>
    public async Task<TestSale> OpenSaleAsync(int units, int limit = 1, decimal price = 49.00m, TimeSpan? opensIn = null, TimeSpan? lasts = null, int paymentWindowSeconds = 900)
    {
        var seller = await SellerAsync();
        var productId = await AddProductAsync(limit);
        var opensAt = Get<StoreClock>().UtcNow + (opensIn ?? TimeSpan.FromSeconds(-1));
        var planned = await seller.PostAsync(
            "/api/seller/sales",
            new { productId = productId.ToString(CultureInfo.InvariantCulture), price, units, opensAt, endsAt = opensAt + (lasts ?? TimeSpan.FromHours(1)), paymentWindowSeconds });
        Assert.Equal(ApiCode.Ok, planned.Code);
        return new(planned.Id("saleId"), productId);
    }

    public Task<Reply> GrabAsync(TestSale sale, long shopper, int quantity = 1, string? key = null) =>
        Shopper(shopper).GrabAsync(sale, quantity, key);

    /// <summary>The order of a grab that was granted, once it is written.</summary>
    public async Task<JsonElement> OrderOfAsync(Reply granted, long shopper)
    {
        Assert.Equal(ApiCode.Ok, granted.Code);
        var orderId = await TestHouse.WaitForAsync(async () =>
        {
            var seckill = await Shopper(shopper).GetAsync($"/api/seckill/{granted.Id("seckillId")}");
            return seckill.Code == ApiCode.Ok ? seckill.Data.GetProperty("orderId").GetString() : null;
        });
        return (await Shopper(shopper).GetAsync($"/api/orders/{orderId}")).Data;
    }

    /// <summary>The account of a sale once nothing is in flight.</summary>
    public async Task<JsonElement> SettledAccountAsync(TestSale sale)
    {
        var seller = await SellerAsync();
        var account = await TestHouse.WaitForAsync(async () =>
        {
            var reply = await seller.GetAsync($"/api/seller/sales/{sale.SaleId}/account");
            var difference = reply.Data.GetProperty("difference");
            return difference.ValueKind == JsonValueKind.Number && difference.GetInt32() == 0 && reply.Data.GetProperty("queued").GetInt32() == 0 ? (JsonElement?)reply.Data : null;
        });
        return account!.Value;
    }

    public async Task<int> AccountDifferenceAsync(TestSale sale) => (await SettledAccountAsync(sale)).GetProperty("difference").GetInt32();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _sellerGate.Dispose();
        await _factory.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private sealed class Factory(Dictionary<string, string?> configuration, TurnableTime time, Action<IServiceCollection> change) : WebApplicationFactory<Program>
    {
        protected override IHost CreateHost(IHostBuilder builder)
        {
            // Host configuration is there before the program reads its settings; the application's would come too late.
            builder.ConfigureHostConfiguration(settings => settings.AddInMemoryCollection(configuration.Where(s => s.Value is not null)));
            return base.CreateHost(builder);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Testing");
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(new TestOutput()));
            builder.ConfigureServices(services =>
            {
                services.AddSingleton<TimeProvider>(time);

                // The store's clock is turned with ours, or it would pull us back.
                services.AddSingleton<Core.Redis.ReadStoreTime>(() => Task.FromResult(time.GetUtcNow().ToUnixTimeMilliseconds()));
                change(services);
            });
        }
    }
}

/// <summary>Somebody who sends requests, always with the same headers.</summary>
internal sealed class Caller(HttpClient http, params (string Name, string Value)[] headers)
{
    public long UserId { get; init; }

    public string UserName { get; init; } = "";

    public Caller And(params (string Name, string Value)[] more) => new(http, [.. headers, .. more]) { UserId = UserId, UserName = UserName };

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, Json(body));

    public Task<Reply> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, Json(body));

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Reply> GrabAsync(TestSale sale, int quantity = 1, string? key = null) =>
        (key is null ? this : And(("Idempotency-Key", key))).PostAsync("/api/seckill", new { productId = sale.ProductId.ToString(CultureInfo.InvariantCulture), quantity });

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, SeckillApp.Token);
        return await Reply.OfAsync(response);
    }

    /// <summary>A page, as a browser asks for it.</summary>
    public async Task<Page> PageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, SeckillApp.Token);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(SeckillApp.Token), response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    private static JsonContent? Json(object? body) => body is null ? null : JsonContent.Create(body);
}

/// <summary>An answer of the API. That it is an envelope is checked with each.</summary>
internal sealed record Reply(int Status, int Code, string Message, JsonElement Data, IReadOnlyDictionary<string, string> Headers)
{
    public static async Task<Reply> OfAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(SeckillApp.Token);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        Assert.True(text.Length > 0, $"{response.RequestMessage} was answered {(int)response.StatusCode} without a body.");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var envelope = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["code", "message", "data"], envelope.EnumerateObject().Select(p => p.Name));

        var code = envelope.GetProperty("code").GetInt32();
        var message = envelope.GetProperty("message").GetString()!;
        Assert.NotEmpty(message);
        Assert.Equal(ApiCode.StatusOf(code), (int)response.StatusCode);
        return new((int)response.StatusCode, code, message, envelope.GetProperty("data"), headers);
    }

    public long Id(string name) => long.Parse(Data.GetProperty(name).GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
}

internal sealed record Page(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Whether it was made for somebody else.</summary>
    public bool IsFromCache => Headers.ContainsKey("Age");
}
