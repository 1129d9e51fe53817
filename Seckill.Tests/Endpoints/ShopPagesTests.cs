using Seckill.Core;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Endpoints;

/// <summary>Pages that everybody who is not signed in shares for a second.</summary>
public sealed class ShopPagesTests
{
    [Fact]
    public async Task ProductPage_AskedAgainByStrangers_ComesFromTheCacheWithoutCookies()
    {
        var app = await SharedApp.StartedAsync();
        var sale = await app.OpenSaleAsync(units: 5);
        var path = $"/products/{sale.ProductId}";

        // The machine may be so slow that a second passes between two requests.
        Page page;
        do
        {
            await app.Anybody.PageAsync(path);
            page = await app.Anybody.PageAsync(path);
            Assert.False(page.Headers.ContainsKey("Set-Cookie"));
        }
        while (!page.IsFromCache);

        Assert.Contains("default-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProductPage_InAnotherLanguageOrTheme_IsAnotherPage()
    {
        var app = await SharedApp.StartedAsync();
        var path = $"/products/{(await app.OpenSaleAsync(units: 5)).ProductId}";

        var pages = await Task.WhenAll(
            app.With(("Accept-Language", "en")).PageAsync(path),
            app.With(("Accept-Language", "zh-CN")).PageAsync(path),
            app.With(("Accept-Language", "en"), ("Cookie", "theme=dark")).PageAsync(path));

        Assert.Contains("<html lang=\"en\">", pages[0].Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"zh-CN\">", pages[1].Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\" data-theme=\"dark\">", pages[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProductPage_OfWhoIsSignedIn_IsTheirsAlone()
    {
        var app = await SharedApp.StartedAsync();
        var path = $"/products/{(await app.OpenSaleAsync(units: 5)).ProductId}";
        var shopper = await app.RegisterAsync();
        await app.Anybody.PageAsync(path);

        var own = await shopper.PageAsync(path);
        var again = await shopper.PageAsync(path);
        var strangers = await app.Anybody.PageAsync(path);

        Assert.False(own.IsFromCache || again.IsFromCache);
        Assert.Contains($"data-user=\"{shopper.UserId}\"", own.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-user=", strangers.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProductPage_GrabOfWhichNothingIsKnown_AsksAgainUntilItIsOldEnoughForTheLastWord()
    {
        const string Refresh = "http-equiv=\"refresh\"";
        var app = await SharedApp.StartedAsync();
        var path = $"/products/{(await app.OpenSaleAsync(units: 5)).ProductId}?seckill=";
        var shopper = (await app.RegisterAsync()).And(("Accept-Language", "en"));

        var young = await shopper.PageAsync($"{path}{app.Get<IdGenerator>().Next()}");
        var old = await shopper.PageAsync($"{path}1");

        Assert.Contains("No answer yet whether it worked", young.Text, StringComparison.Ordinal);
        Assert.Contains(Refresh, young.Text, StringComparison.Ordinal);
        Assert.Contains("Your grab was not confirmed", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Refresh, old.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProductPage_WithMoreInItsAddress_IsNotKept()
    {
        var app = await SharedApp.StartedAsync();
        var path = $"/products/{(await app.OpenSaleAsync(units: 5)).ProductId}?utm=1";

        await app.Anybody.PageAsync(path);

        Assert.False((await app.Anybody.PageAsync(path)).IsFromCache);
    }
}
