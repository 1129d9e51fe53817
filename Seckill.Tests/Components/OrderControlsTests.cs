using Bunit;
using Microsoft.JSInterop;
using Seckill.Core.Ordering;
using Seckill.Web.Components.Controls;

namespace Seckill.Tests.Components;

public sealed class OrderControlsTests
{
    [Fact]
    public async Task OrderPanel_AwaitingPayment_ShowsTimeLeftPayAndCancel()
    {
        await using var context = new PagesContext();

        var panel = RenderOrder(context, PagesContext.Order(OrderStatus.PendingPayment));

        Assert.Equal("Awaiting payment", panel.Find("[data-status]").TextContent);
        Assert.Equal("14:00", panel.Find("[data-countdown-digits]").TextContent);
        Assert.Equal("/orders/7300000000000000001/pay", panel.FindAll("a").Single(a => a.TextContent.Trim() == "Pay ¥1,598.00").GetAttribute("href"));
        Assert.Contains("7200000000000000002", panel.Find("dl").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OrderStatus.Paid, "Paid")]
    [InlineData(OrderStatus.Cancelled, "Cancelled")]
    [InlineData(OrderStatus.TimedOut, "Timed out")]
    public async Task OrderPanel_Closed_OffersNothing(OrderStatus status, string words)
    {
        await using var context = new PagesContext();

        var panel = RenderOrder(context, PagesContext.Order(status));

        Assert.Equal(words, panel.Find("[data-status]").TextContent);
        Assert.Empty(panel.FindAll("button"));
        Assert.Empty(panel.FindAll("[data-part=countdown]"));
    }

    [Fact]
    public async Task OrderPanel_OverdueButNotYetClosed_OffersNothing()
    {
        await using var context = new PagesContext();

        var panel = RenderOrder(context, PagesContext.Order(OrderStatus.PendingPayment, payWithin: TimeSpan.Zero));

        Assert.StartsWith("The time to pay is over", panel.Find("[role=status]").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public async Task OrderPanel_Cancel_AsksFirstAndThenCancels()
    {
        await using var context = new PagesContext();
        var (asked, cancelled) = (0, 0);
        var panel = context.Render<OrderPanel>(parameters => parameters
            .Add(p => p.Order, PagesContext.Order(OrderStatus.PendingPayment))
            .Add(p => p.Now, PagesContext.Now)
            .Add(p => p.OnAsk, () => asked++)
            .Add(p => p.OnCancel, () => cancelled++));

        await panel.InvokeAsync(() => panel.Find("form").SubmitAsync());
        Assert.Equal((1, 0), (asked, cancelled));

        panel.Render(parameters => parameters.Add(p => p.Asking, true));
        var dialog = panel.Find("[role=alertdialog]");
        Assert.Equal("/orders/7300000000000000001/cancellation", dialog.QuerySelector("form[method=post]")!.GetAttribute("action"));

        await panel.InvokeAsync(() => panel.Find("[role=alertdialog] form[method=post]").SubmitAsync());
        Assert.Equal((1, 1), (asked, cancelled));
    }

    [Fact]
    public async Task OrderPanel_AsksAndIsAnsweredNo_MovesTheFocusThereAndBack()
    {
        await using var context = new PagesContext();
        var panel = RenderOrder(context, PagesContext.Order(OrderStatus.PendingPayment));
        context.JSInterop.VerifyNotInvoke("Blazor._internal.domWrapper.focus");

        panel.Render(parameters => parameters.Add(p => p.Asking, true));
        var asked = context.JSInterop.VerifyFocusAsyncInvoke();
        asked.Arguments[0].ShouldBeElementReferenceTo(panel.Find("[role=alertdialog]"));

        panel.Render(parameters => parameters.Add(p => p.Asking, false));
        var kept = context.JSInterop.VerifyFocusAsyncInvoke(calledTimes: 2)[1];
        kept.Arguments[0].ShouldBeElementReferenceTo(panel.FindAll("button").Single(button => button.TextContent.Trim() == "Cancel order"));
    }

    [Fact]
    public async Task OrderPanel_QuestionForAnOrderThatHasMovedOn_IsNotAskedAndHasNoFocus()
    {
        await using var context = new PagesContext();

        var panel = context.Render<OrderPanel>(parameters => parameters
            .Add(p => p.Order, PagesContext.Order(OrderStatus.Cancelled))
            .Add(p => p.Now, PagesContext.Now)
            .Add(p => p.Asking, true));

        Assert.Empty(panel.FindAll("[role=alertdialog]"));
        context.JSInterop.VerifyNotInvoke("Blazor._internal.domWrapper.focus");
    }

    [Fact]
    public async Task OrderPanel_QuestionIsGoneBeforeItHasTheFocus_StaysAlive()
    {
        await using var context = new PagesContext();
        context.JSInterop.SetupVoid("Blazor._internal.domWrapper.focus", _ => true).SetException(new JSException("Unable to focus an invalid element."));
        var panel = RenderOrder(context, PagesContext.Order(OrderStatus.PendingPayment));

        panel.Render(parameters => parameters.Add(p => p.Asking, true));

        context.JSInterop.VerifyInvoke("Blazor._internal.domWrapper.focus");
        Assert.False(context.Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public async Task PayPanel_InTime_SaysThatItIsASandboxAndOffersBoth()
    {
        await using var context = new PagesContext();

        var panel = RenderPay(context, PagesContext.Order(OrderStatus.PendingPayment));

        Assert.Contains("no money moves", panel.Markup, StringComparison.Ordinal);
        Assert.Equal("¥1,598.00", panel.Find("strong").TextContent);
        Assert.Equal(["Confirm payment", "Decline"], panel.FindAll("button").Select(button => button.TextContent.Trim()));
    }

    [Fact]
    public async Task PayPanel_Declined_StillOffersToPay()
    {
        await using var context = new PagesContext();

        var panel = RenderPay(context, PagesContext.Order(OrderStatus.PendingPayment), PayOutcome.Declined);

        Assert.Contains("The payment was declined", panel.Markup, StringComparison.Ordinal);
        Assert.Equal(2, panel.FindAll("button").Count);
    }

    [Theory]
    [InlineData(OrderStatus.Paid, null, "Payment received")]
    [InlineData(OrderStatus.TimedOut, PayOutcome.TooLate, "Too late")]
    [InlineData(OrderStatus.Cancelled, PayOutcome.StateChanged, "The order was cancelled meanwhile")]
    public async Task PayPanel_NothingLeftToPay_SaysWhyAndOffersNothing(OrderStatus status, PayOutcome? outcome, string sentence)
    {
        await using var context = new PagesContext();

        var panel = RenderPay(context, PagesContext.Order(status), outcome);

        Assert.StartsWith(sentence, panel.Find(".pay-outcome").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public async Task PayPanel_Overdue_SaysTooLate()
    {
        await using var context = new PagesContext();

        var panel = RenderPay(context, PagesContext.Order(OrderStatus.PendingPayment, payWithin: TimeSpan.FromSeconds(-1)));

        Assert.StartsWith("Too late", panel.Find(".pay-outcome").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("button"));
    }

    private static IRenderedComponent<OrderPanel> RenderOrder(PagesContext context, OrderView order) =>
        context.Render<OrderPanel>(parameters => parameters.Add(p => p.Order, order).Add(p => p.Now, PagesContext.Now));

    private static IRenderedComponent<PayPanel> RenderPay(PagesContext context, OrderView order, PayOutcome? outcome = null) =>
        context.Render<PayPanel>(parameters => parameters.Add(p => p.Order, order).Add(p => p.Now, PagesContext.Now).Add(p => p.Outcome, outcome));
}
