using Bunit;
using Seckill.Web.Components;
using Seckill.Web.Components.Controls;

namespace Seckill.Tests.Components;

public sealed class SaleControlsTests
{
    [Theory]
    [InlineData(0, 100, "0%")]
    [InlineData(1, 1000, "1%")]
    [InlineData(50, 100, "50%")]
    [InlineData(120, 100, "100%")]
    [InlineData(0, 0, "0%")]
    public async Task StockMeter_AnyStock_FillsItsPart(int left, int units, string part)
    {
        await using var context = new PagesContext();

        var meter = context.Render<StockMeter>(parameters => parameters.Add(m => m.Left, left).Add(m => m.Units, units)).Find("[role=meter]");

        Assert.Contains($"--part: {part}", meter.GetAttribute("style"), StringComparison.Ordinal);
        Assert.Equal($"{left}", meter.GetAttribute("aria-valuenow"));
        Assert.Equal("Units left", meter.GetAttribute("aria-label"));
    }

    [Theory]
    [InlineData(-5, "0:00", "less than a minute")]
    [InlineData(0.2, "0:01", "less than a minute")]
    [InlineData(90, "1:30", "1 min")]
    [InlineData(3_661, "1:01:01", "1 h 1 min")]
    [InlineData(90_000, "1d 01:00:00", "1 d 1 h")]
    public async Task Countdown_FirstPaint_IsRightWithoutScript(double seconds, string digits, string spoken)
    {
        await using var context = new PagesContext();

        var countdown = context.Render<Countdown>(parameters => parameters
            .Add(c => c.Until, PagesContext.Now.AddSeconds(seconds))
            .Add(c => c.Now, PagesContext.Now)
            .Add(c => c.Label, "Ends in"));

        Assert.Equal(digits, countdown.Find("[data-countdown-digits]").TextContent);
        Assert.Equal(spoken, countdown.Find("[role=timer]").TextContent);
        Assert.Equal("true", countdown.Find("[data-countdown-digits]").GetAttribute("aria-hidden"));
    }

    [Theory]
    [InlineData(129_900, 79_900, 38)]
    [InlineData(10_000, 10_000, 0)]
    [InlineData(10_000, 12_000, 0)]
    [InlineData(10_000, 0, 100)]
    [InlineData(10_000, 9_999, 0)]
    public void PercentOff_AnyPrices_NeverPromisesMore(long list, long sale, int percent) =>
        Assert.Equal(percent, Money.PercentOff(list, sale));

    [Theory]
    [InlineData("/orders?page=2", "/orders?page=2")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/a\r\nb", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Local_AnyUrl_StaysOnTheSite(string? url, string expected) => Assert.Equal(expected, Links.Local(url));
}
