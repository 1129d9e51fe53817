using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Seckill.Tests.Shared;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Tests.Recovery;

/// <summary>The real program, killed with -9 while shoppers grab, and started again.</summary>
public sealed class KillTests
{
    private const int Rounds = 3;
    private const int Shoppers = 40;
    private const int Limit = 200;

    // More than can be sold before the last kill.
    private const int Units = 8_000;

    [Theory, InlineData(Store.Embedded, "Written"), InlineData(Store.Redis, "Queued"), InlineData(Store.Redis, "Written")]
    public async Task Kill_WhileShoppersGrab_EveryAcknowledgedGrabIsOneOrderAndNoUnitIsLost(Store store, string acknowledge)
    {
        await using var redis = store == Store.Redis ? await RedisServer.StartNewAsync() : null;
        await using var program = new SeckillProcess(redis?.ConnectionString, ("Ordering__Acknowledge", acknowledge));
        await program.StartAsync();
        var seller = await program.AdminAsync();
        var sale = await PlanAsync(seller);

        var acknowledged = new ConcurrentDictionary<string, long>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestHouse.Token);
        var shoppers = Enumerable.Range(1, Shoppers).Select(user => ShopAsync(program, sale, user, acknowledged, over.Token)).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            var before = acknowledged.Count;
            await TestHouse.WaitForAsync(() => Task.FromResult(acknowledged.Count > before + 5));
            await program.KillAsync();
            await program.StartAsync();
        }

        await over.CancelAsync();
        await Task.WhenAll(shoppers);

        // Every id that was answered with code 0 is an order, and no two share one.
        var orders = new HashSet<string>();
        foreach (var (seckillId, user) in acknowledged)
        {
            var orderId = await TestHouse.WaitForAsync(async () =>
            {
                var seckill = await program.Shopper(user).GetAsync($"/api/seckill/{seckillId}");
                Assert.True(seckill.Code is ApiCode.Ok or ApiCode.NotTaken, $"{seckillId} of {user} is gone: {seckill.Code}\n{program.Output}");
                return seckill.Code == ApiCode.Ok ? seckill.Data.GetProperty("orderId").GetString() : null;
            });
            Assert.True(orders.Add(orderId!));
        }

        var account = await TestHouse.WaitForAsync(async () =>
        {
            var reply = await seller.GetAsync($"/api/seller/sales/{sale.SaleId}/account");
            return reply.Code == ApiCode.Ok && Number(reply.Data, "difference") == 0 && Number(reply.Data, "queued") == 0 ? (JsonElement?)reply.Data : null;
        });
        var sold = Number(account!.Value, "awaitingPayment");
        Assert.Equal(Units, Number(account.Value, "left") + sold);
        Assert.InRange(sold!.Value, orders.Count, Units);
        for (var user = 1; user <= Shoppers; user++)
        {
            var mine = await program.Shopper(user).GetAsync("/api/orders?limit=100");
            Assert.InRange(Number(mine.Data, "total")!.Value, 0, Limit);
        }
    }

    private static async Task<TestSale> PlanAsync(Caller seller)
    {
        var product = await seller.PostAsync("/api/seller/products", new { name = "Lamp", description = "", price = 99.00m });
        var productId = product.Id("productId");
        await seller.PutAsync($"/api/seller/products/{productId}/limit", new { quantity = Limit });
        var opensAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        var planned = await seller.PostAsync(
            "/api/seller/sales",
            new { productId = productId.ToString(CultureInfo.InvariantCulture), price = 49.00m, units = Units, opensAt, endsAt = opensAt.AddHours(1), paymentWindowSeconds = 3600 });
        Assert.Equal(ApiCode.Ok, planned.Code);
        return new(planned.Id("saleId"), productId);
    }

    // A shopper who goes on with the same key until they know what came of it.
    private static async Task ShopAsync(SeckillProcess program, TestSale sale, int user, ConcurrentDictionary<string, long> acknowledged, CancellationToken over)
    {
        var key = Guid.NewGuid().ToString("N");
        while (!over.IsCancellationRequested)
        {
            try
            {
                var reply = await program.Shopper(user).GrabAsync(sale, 1, key);
                if (reply.Code == ApiCode.Ok)
                {
                    Assert.Equal(user, acknowledged.GetOrAdd(reply.Data.GetProperty("seckillId").GetString()!, user));
                }

                if (reply.Code is not (ApiCode.NotTaken or ApiCode.Unknown))
                {
                    key = Guid.NewGuid().ToString("N");
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // The process is dead or dying.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    private static int? Number(JsonElement data, string name) =>
        data.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
}
