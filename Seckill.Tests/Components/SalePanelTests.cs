using AngleSharp.Dom;
using Bunit;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Web.Components.Controls;

namespace Seckill.Tests.Components;

public sealed class SalePanelTests
{
    [Fact]
    public async Task Upcoming_SignedIn_CountsDownAndKeepsTheButtonClosed()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Upcoming));

        Assert.Equal("Upcoming", Words(panel, "badge"));
        Assert.Equal("1:30", panel.Find("[data-countdown-digits]").TextContent);
        Assert.Equal("Opens in", panel.Find("[role=timer]").GetAttribute("aria-label"));
        Assert.True(Button(panel).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Upcoming_TheMomentHasCome_IsOpenWithoutANewReading()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Upcoming, opensIn: TimeSpan.Zero));

        Assert.Equal("open", panel.Find("section").GetAttribute("data-phase"));
        Assert.False(Button(panel).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Open_SignedIn_OffersWhatIsLeftAtTheReducedPrice()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Open, left: 30, units: 100));

        Assert.Equal("¥799.00", Words(panel, "price"));
        Assert.Equal("¥1,299.00", panel.Find("[data-part=list-price] s").TextContent);
        Assert.Equal("38% off", Words(panel, "discount"));
        Assert.Equal("30 of 100 left", panel.Find("[role=meter]").GetAttribute("aria-valuetext"));
        Assert.Equal("Grab it now", Button(panel).TextContent.Trim());
        Assert.False(Button(panel).HasAttribute("disabled"));
    }

    [Theory]
    [InlineData(SalePhase.SoldOutForNow, "All units are held right now")]
    [InlineData(SalePhase.Paused, "The seller has paused this sale")]
    public async Task WaitingPhases_SignedIn_SayWhyAndSellNothing(SalePhase phase, string sentence)
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(phase, left: 0));

        Assert.StartsWith(sentence, Words(panel, "sentence"), StringComparison.Ordinal);
        Assert.True(Button(panel).HasAttribute("disabled"));
    }

    [Theory]
    [InlineData(SalePhase.SoldOut, "Sold out")]
    [InlineData(SalePhase.Ended, "This sale has ended")]
    public async Task FinalPhases_SignedIn_HideTheForm(SalePhase phase, string sentence)
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(phase, left: 0));

        Assert.StartsWith(sentence, Words(panel, "sentence"), StringComparison.Ordinal);
        Assert.True(Part(panel, "form").HasAttribute("hidden"));
        Assert.True(Part(panel, "countdown").HasAttribute("hidden"));
    }

    [Fact]
    public async Task Paused_WithMessage_ShowsIt()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Paused, message: "Back at noon."));

        Assert.False(Part(panel, "message").HasAttribute("hidden"));
        Assert.Equal("Back at noon.", Words(panel, "message"));
        Assert.NotNull(Part(panel, "message").Closest("[role=status]"));
    }

    [Fact]
    public async Task WithoutSale_ShowsTheListPriceOnly()
    {
        await using var context = new PagesContext();

        var panel = Render(context, sale: null);

        Assert.Equal("¥1,299.00", Words(panel, "price"));
        Assert.True(Part(panel, "list-price").HasAttribute("hidden"));
        Assert.True(Part(panel, "form").HasAttribute("hidden"));
        Assert.StartsWith("No flash sale is planned", Words(panel, "sentence"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotSignedIn_LeadsToSignInAndBack()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Open), signedIn: false);

        Assert.Equal("/sign-in?returnUrl=%2Fproducts%2F42", Part(panel, "sign-in").GetAttribute("href"));
        Assert.Empty(panel.FindAll("[data-part=grab]"));
    }

    [Fact]
    public async Task LimitPartlyHeld_StepsUpToTheRest()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Open), new Allowance(Limit: 5, Held: 2));

        Assert.Equal("3", panel.Find("#quantity").GetAttribute("max"));
        Assert.Equal("Limit 5 per shopper, 2 of them yours already", Words(panel, "limit"));
    }

    [Fact]
    public async Task LimitReached_SellsNothingMore()
    {
        await using var context = new PagesContext();

        var panel = Render(context, PagesContext.Sale(SalePhase.Open), new Allowance(Limit: 1, Held: 1));

        Assert.Equal("Your limit is reached", Button(panel).TextContent.Trim());
        Assert.True(Button(panel).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Chinese_SpeaksChinese()
    {
        await using var context = new PagesContext("zh-CN");

        var panel = Render(context, PagesContext.Sale(SalePhase.SoldOutForNow, left: 0));

        Assert.Equal("暂时抢空", Words(panel, "badge"));
        Assert.Equal("¥799.00", Words(panel, "price"));
    }

    private static IRenderedComponent<SalePanel> Render(PagesContext context, SaleView? sale, Allowance? allowance = null, bool signedIn = true) =>
        context.Render<SalePanel>(parameters => parameters
            .Add(panel => panel.ProductId, 42)
            .Add(panel => panel.ListCents, 129_900)
            .Add(panel => panel.Sale, sale)
            .Add(panel => panel.Now, PagesContext.Now)
            .Add(panel => panel.UserId, signedIn ? 1 : null)
            .Add(panel => panel.Allowance, signedIn ? allowance ?? new(Limit: 1, Held: 0) : null));

    private static IElement Part(IRenderedComponent<SalePanel> panel, string name) => panel.Find($"[data-part={name}]");

    private static string Words(IRenderedComponent<SalePanel> panel, string name) => Part(panel, name).TextContent.Trim();

    private static IElement Button(IRenderedComponent<SalePanel> panel) => Part(panel, "grab");
}
