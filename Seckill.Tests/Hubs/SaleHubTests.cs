using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Seckill.Core.Live;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Hubs;

public sealed class SaleHubTests
{
    [Fact]
    public async Task Watch_SaleThatChanges_HearsTheLatestAndEachChange()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        await using var watcher = await WatcherAsync(app);
        var heard = new ConcurrentQueue<JsonElement>();
        watcher.On<JsonElement>("SaleChanged", heard.Enqueue);

        var state = await watcher.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        await app.GrabAsync(sale, shopper: 1);
        var soldOut = await TestHouse.WaitForAsync(() => Task.FromResult(heard.Cast<JsonElement?>().FirstOrDefault(s => s!.Value.GetProperty("phase").GetString() == "soldOutForNow")));

        Assert.Equal(
            ["productId", "saleId", "phase", "left", "units", "price", "opensAt", "endsAt", "message", "serverTime"],
            state.EnumerateObject().Select(p => p.Name));
        Assert.Equal((Text(sale.ProductId), Text(sale.SaleId), "open", 1), (state.GetProperty("productId").GetString(), state.GetProperty("saleId").GetString(), state.GetProperty("phase").GetString(), state.GetProperty("left").GetInt32()));
        Assert.Equal(0, soldOut!.Value.GetProperty("left").GetInt32());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-5")]
    public async Task Watch_NoSuchProduct_AnswersNull(string productId)
    {
        var app = await SharedApp.StartedAsync();
        await using var watcher = await WatcherAsync(app);

        var state = await watcher.InvokeAsync<JsonElement?>("Watch", productId, SeckillApp.Token);

        Assert.True(state is null or { ValueKind: JsonValueKind.Null });
    }

    [Fact]
    public async Task Unwatch_SaleThatChanges_HearsNothingMore()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        await using var leaver = await WatcherAsync(app);
        await using var stayer = await WatcherAsync(app);
        var (left, stayed) = (new ConcurrentQueue<JsonElement>(), new ConcurrentQueue<JsonElement>());
        await leaver.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        await stayer.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        await leaver.InvokeAsync("Unwatch", Text(sale.ProductId), SeckillApp.Token);
        leaver.On<JsonElement>("SaleChanged", left.Enqueue);
        stayer.On<JsonElement>("SaleChanged", stayed.Enqueue);

        await app.GrabAsync(sale, shopper: 1);
        await TestHouse.WaitForAsync(() => Task.FromResult<object?>(stayed.IsEmpty ? null : stayed));

        Assert.Empty(left);
    }

    [Fact]
    public async Task Watch_ComeAndGo_AreCounted()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 1);
        var watchers = app.Get<SaleWatchers>();
        await using var stayer = await WatcherAsync(app);
        await using var leaver = await WatcherAsync(app);
        await stayer.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        await stayer.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        await leaver.InvokeAsync<JsonElement>("Watch", Text(sale.ProductId), SeckillApp.Token);
        Assert.Equal(2, watchers.Count(sale.ProductId));

        await leaver.DisposeAsync();
        await TestHouse.WaitForAsync(() => Task.FromResult<object?>(watchers.Count(sale.ProductId) == 1 ? true : null));
        await stayer.InvokeAsync("Unwatch", Text(sale.ProductId), SeckillApp.Token);

        Assert.Equal(0, watchers.Count(sale.ProductId));
    }

    private static async Task<HubConnection> WatcherAsync(SeckillApp app)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(app.Address, "/hubs/sale")).Build();
        await connection.StartAsync(SeckillApp.Token);
        return connection;
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
