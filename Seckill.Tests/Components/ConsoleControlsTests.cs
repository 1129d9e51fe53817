using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Web.Components;
using Seckill.Web.Components.Console;
using Seckill.Web.Components.Controls;

namespace Seckill.Tests.Components;

public sealed class ConsoleControlsTests
{
    private static readonly TimeZoneInfo _shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo _berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("1299", 129_900L)]
    [InlineData(" ¥1,299.50 ", 129_950L)]
    [InlineData("0.01", 1L)]
    [InlineData("-1", -100L)]
    [InlineData("0.001", null)]
    [InlineData("1e3", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Read_Yuan_IsCentsOrNothing(string? typed, long? cents) => Assert.Equal(cents, Money.Read(typed));

    [Fact]
    public void LocalTimes_ThereAndBack_IsTheSameMoment()
    {
        var utc = new DateTime(2026, 11, 11, 4, 0, 30, DateTimeKind.Utc);

        var local = LocalTimes.Write(utc, _shanghai);

        Assert.Equal("2026-11-11T12:00:30", local);
        Assert.Equal(utc, LocalTimes.Read(local, _shanghai));
        Assert.Equal(utc.AddSeconds(-30), LocalTimes.Read("2026-11-11T12:00", _shanghai));
    }

    [Theory]
    [InlineData("2026-03-29T02:30")] // Clocks go from 2 to 3.
    [InlineData("tomorrow")]
    [InlineData("")]
    public void LocalTimes_NoSuchTime_IsNothing(string typed) => Assert.Null(LocalTimes.Read(typed, _berlin));

    [Fact]
    public void FormReading_Unreadable_SaysFormatWhereTheUseCaseSaysMissing()
    {
        var reading = new FormReading();

        Assert.Null(reading.Price("price", "a lot"));
        Assert.Null(reading.Number("units", null));
        var errors = reading.With([new("price", "required"), new("units", "required")]);

        Assert.Equal([("price", "format"), ("units", "required")], errors.Select(error => (error.Field, error.Rule)));
    }

    [Fact]
    public void FormReading_MomentsInSentences_AreInTheZoneOfTheFields()
    {
        var errors = new FormReading().With([new FieldError("endsAt", "range", PagesContext.Now, PagesContext.Now.AddDays(1))], _shanghai);

        Assert.Equal(["2026-11-11 20:00:00", "2026-11-12 20:00:00"], errors.Single().Bounds);
    }

    [Fact]
    public async Task EditField_Error_IsTiedToTheField()
    {
        await using var context = new PagesContext();

        var field = context.Render<EditField>(parameters => parameters.Add(f => f.Id, "units").Add(f => f.Label, "Units").Add(f => f.Hint, "At least one.").Add(f => f.Error, "Too few."));

        Assert.Equal("true", field.Find("input").GetAttribute("aria-invalid"));
        Assert.Equal("units-error units-hint", field.Find("input").GetAttribute("aria-describedby"));
        Assert.Equal("Too few.", field.Find("#units-error").TextContent);
        Assert.Equal("units", field.Find("label").GetAttribute("for"));
    }

    [Fact]
    public async Task EditField_Typed_TellsItsForm()
    {
        await using var context = new PagesContext();
        string? typed = null;

        var field = context.Render<EditField>(parameters => parameters.Add(f => f.Id, "units").Add(f => f.Label, "Units").Add(f => f.ValueChanged, value => typed = value));
        await field.Find("input").ChangeAsync(new() { Value = "12" });

        Assert.Equal("12", typed);
    }

    [Fact]
    public async Task ConflictNotice_TwoVersions_ShowsBothAndOverwritesNothingByItself()
    {
        await using var context = new PagesContext();
        var (taken, kept) = (0, 0);

        var notice = context.Render<ConflictNotice>(parameters => parameters
            .Add(n => n.Fields, FieldConflict.Of(new("Products_Name", "Theirs", "Mine"), new("Products_Price", "1.00", "1.00")))
            .Add(n => n.OnTake, () => taken++)
            .Add(n => n.OnKeep, () => kept++));

        Assert.Equal("Theirs → Mine", notice.Find("dd").TextContent);
        Assert.Single(notice.FindAll("dd"));
        Assert.Equal((0, 0), (taken, kept));
        await notice.FindAll("button")[1].ClickAsync(new());
        Assert.Equal((0, 1), (taken, kept));
    }

    [Fact]
    public async Task SaleTimeline_SalesOfTwoProducts_StandOnTheirOwnLinesInTheirPlaces()
    {
        await using var context = new PagesContext();
        SellerSaleView[] sales =
        [
            Sale(1, 10, "Lamp", hours: 0, length: 5, SalePhase.Open),
            Sale(2, 20, "Kettle", hours: 5, length: 5, SalePhase.Upcoming),
            Sale(3, 10, "Lamp", hours: 8, length: 2, SalePhase.Upcoming),
        ];

        var timeline = context.Render<SaleTimeline>(parameters => parameters.Add(t => t.Sales, sales).Add(t => t.Now, PagesContext.Now).Add(t => t.Zone, _shanghai).Add(t => t.Href, sale => $"/{sale.SaleId}"));

        Assert.Equal(["Lamp", "Kettle"], timeline.FindAll(".timeline-name").Select(name => name.TextContent));
        Assert.Equal(["--from: 0%; --part: 50%", "--from: 80%; --part: 20%", "--from: 50%; --part: 50%"], timeline.FindAll("a").Select(sale => sale.GetAttribute("style")));
        Assert.Equal("Lamp: On now, 2026-11-11 20:00:00 – 2026-11-12 01:00:00 (Asia/Shanghai)", timeline.Find("a").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task SaleTimeline_SalesCloseTogether_LieOneBelowTheOther()
    {
        await using var context = new PagesContext();
        SellerSaleView[] sales =
        [
            Sale(1, 10, "Lamp", hours: 2, length: 1, SalePhase.Upcoming),
            Sale(2, 10, "Lamp", hours: 4, length: 1, SalePhase.Upcoming),
            Sale(3, 10, "Lamp", hours: 48, length: 1, SalePhase.Upcoming),
            Sale(4, 10, "Lamp", hours: 99, length: 1, SalePhase.Upcoming),
        ];

        var timeline = context.Render<SaleTimeline>(parameters => parameters.Add(t => t.Sales, sales).Add(t => t.Now, PagesContext.Now).Add(t => t.Zone, _shanghai).Add(t => t.Href, sale => $"/{sale.SaleId}"));

        Assert.Equal(["/1 /3 /4", "/2"], timeline.FindAll(".timeline-track").Select(lane => string.Join(' ', lane.QuerySelectorAll("a").Select(sale => sale.GetAttribute("href")))));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(60, 60)]
    [InlineData(1000, 60)]
    public void Thinned_AnyHistory_KeepsItsEnds(int count, int expected)
    {
        var moments = Enumerable.Range(0, count).Select(i => new SaleMoment(PagesContext.Now.AddSeconds(i), 1000 - i, 0, 0, i, i, Refusals.None, 0)).ToList();

        var thinned = HistoryCharts.Thinned(moments, 60);

        Assert.Equal(expected, thinned.Count);
        Assert.Equal((moments[0], moments[^1]), (thinned[0], thinned[^1]));
    }

    [Theory]
    [InlineData(120, 0, 1, 2, 3, 3000, 3001, 7200)]
    [InlineData(120, 0, 3, 6, 9)]
    [InlineData(120, 0, 600)]
    [InlineData(4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    [InlineData(120, 5)]
    public void Slots_UnevenHistory_AreAsLongAsEachOtherAndLeaveNoMomentOut(int most, params int[] seconds)
    {
        var moments = seconds.Select(second => new SaleMoment(PagesContext.Now.AddSeconds(second), 1000 - second, 0, 0, second, second, Refusals.None, 0)).ToList();

        var slots = HistoryCharts.Slots(moments, most);

        Assert.InRange(slots.Count, Math.Min(2, seconds.Length), most);
        Assert.Equal((moments[0].At, moments[^1].At), (slots[0].At, slots[^1].At));
        Assert.Single(slots.Zip(slots.Skip(1), (one, next) => Math.Round((next.At - one.At).TotalSeconds, 3)).Append((moments[^1].At - moments[0].At).TotalSeconds / Math.Max(1, slots.Count - 1)).Select(length => Math.Round(length, 3)).Distinct());
        Assert.All(slots, slot => Assert.True(moments[slot.Last].At <= slot.At && (slot.Last + 1 == moments.Count || moments[slot.Last + 1].At > slot.At)));
        Assert.Equal(Enumerable.Range(0, moments.Count), slots.SelectMany(slot => Enumerable.Range(0, moments.Count).Take(slot.Moments)).Distinct().Order());
    }

    [Fact]
    public async Task HistoryCharts_RushInALongSale_ShowsItsPeakAndItsTimes()
    {
        await using var context = new PagesContext();
        (int Second, int Granted)[] history = [(0, 0), (3, 300), (6, 310), (3600, 310), (7200, 310)];
        var moments = history.Select(m => new SaleMoment(PagesContext.Now.AddSeconds(m.Second), 400 - m.Granted, 0, 0, 0, m.Granted, Refusals.None, 0)).ToList();

        var charts = context.Render<HistoryCharts>(p => p.Add(c => c.Moments, moments).Add(c => c.Zone, TimeZoneInfo.Utc).Add(c => c.OpensAt, PagesContext.Now));

        var grabs = charts.FindComponents<MudBlazor.MudChart<double>>()[1].Instance;
        Assert.Equal(100, grabs.ChartSeries[0].Data.Values.Max());
        Assert.Equal(["12:00", "12:30", "13:00", "13:30"], grabs.ChartLabels.Where(label => label.Length > 0));
    }

    [Fact]
    public async Task AccountView_BothSides_StandSideBySide()
    {
        await using var context = new PagesContext();
        var account = new SaleAccount(10, 6, 1, 2, 1, 3, 0, new(10, 6, 4, 1), new(10, 7, 2, 1, 0));

        var both = context.Render<AccountView>(p => p.Add(a => a.Account, account));
        Assert.Equal(
            ["Units on sale|10|10", "Left|6|7", "On its way back to Redis|–|0", "Held or bought|4|3", "In the queue|1|–", "Awaiting payment|–|2", "Paid|–|1"],
            both.FindAll("tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
        Assert.Equal("Difference 0", both.Find("[data-tile=difference]").TextContent.Trim());

        var alone = context.Render<AccountView>(p => p.Add(a => a.Account, account with { Redis = null }));
        Assert.Contains("SQL alone is counted", alone.Markup, StringComparison.Ordinal);
        var blind = context.Render<AccountView>(p => p.Add(a => a.Account, account with { Redis = null, Difference = null }));
        Assert.Equal("Redis cannot be read", blind.Find("[data-tile=difference]").TextContent.Trim());
        Assert.DoesNotContain("SQL alone is counted", blind.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuditList_Entries_SayWhoAndWhatInWords()
    {
        await using var context = new PagesContext();

        var list = context.Render<AuditList>(parameters => parameters
            .Add(l => l.LabelledBy, "audit")
            .Add(l => l.Entries,
            [
                new(1, 7, "sam", "limit", """{"limit":1}""", """{"limit":3}""", PagesContext.Now),
                new(2, 0, null, "repair", """{"units":1}""", """{"units":1}""", PagesContext.Now),
                new(3, 9, null, "somethingNew", "{}", "{}", PagesContext.Now),
            ]));

        Assert.Equal(["Purchase limit changed", "Account repaired", "somethingNew"], list.FindAll("strong").Select(what => what.TextContent));
        Assert.StartsWith("sam, ", list.FindAll("li .muted")[0].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("The system, ", list.FindAll("li .muted")[1].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("9, ", list.FindAll("li .muted")[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("Units per shopper: 1 → 3", Lines(list).Single());
    }

    [Theory]
    [InlineData("en", "Price: ¥8.50 → ¥1,299.00", "Opens: 2026-11-11 12:00:00 UTC → 2026-11-11 13:30:00 UTC", "Time to pay: 00:15:00 → 01:00:00")]
    [InlineData("zh-CN", "秒杀价：¥8.50 → ¥1,299.00", "开始时间：2026-11-11 12:00:00 UTC → 2026-11-11 13:30:00 UTC", "支付时限：00:15:00 → 01:00:00")]
    public async Task AuditList_Plan_SaysTimesAndMoneyAsSuch(string culture, string price, string opens, string window)
    {
        await using var context = new PagesContext(culture);

        var list = Audit(
            context,
            "edit",
            """{"price":8.5,"units":5,"opensAt":"2026-11-11T12:00:00Z","paymentWindowSeconds":900}""",
            """{"price":1299.00,"units":5,"opensAt":"2026-11-11T13:30:00Z","paymentWindowSeconds":3600}""");

        Assert.Equal([price, opens, window], Lines(list));
        Assert.All(list.FindAll(".audit-change time"), time => Assert.Equal("seconds", time.GetAttribute("data-local")));
    }

    [Theory]
    [InlineData("en", "pause", """{"state":"Open","message":null,"endsAt":"x"}""", """{"state":"Paused","message":"Noon","endsAt":"x"}""", "State: Open → Paused", "Message to shoppers: – → Noon")]
    [InlineData("zh-CN", "pause", """{"state":"Open","message":null}""", """{"state":"Paused","message":"午后"}""", "状态：开放 → 已暂停", "给买家的留言：– → 午后")]
    [InlineData("en", "quota", """{"user":"bob, 7","quota":null}""", """{"user":"bob, 7","quota":5}""", "Shopper: bob, 7", "Own quota: – → 5")]
    [InlineData("zh-CN", "archive", """{"archived":false}""", """{"archived":true}""", "归档：否 → 是")]
    [InlineData("zh-CN", "again", """{"seckillId":11}""", """{"seckillId":12}""", "秒杀编号：11 → 12")]
    [InlineData(
        "en",
        "repair",
        """{"generation":3,"difference":2,"deviations":[{"kind":"Ticket","id":9,"found":0,"expected":2},{"kind":"Left","id":null,"found":3,"expected":5}],"more":null}""",
        """{"generation":4,"difference":null,"deviations":null,"more":null}""",
        "Loaded in Redis as number: 3 → 4",
        "Difference: 2 → –",
        "Deviations: ticket 9: 0 instead of 2; units in Redis: 3 instead of 5 → –")]
    [InlineData("en", "repair", """{"deviations":"Ticket 9: 0 instead of 2"}""", """{"deviations":null}""", "Deviations: Ticket 9: 0 instead of 2 → –")]
    [InlineData("zh-CN", "edit", """{"unheard":"a","units":{},"state":"Torn","price":"dear"}""", """{"unheard":"b","units":1,"state":"Open","price":1}""", "unheard：a → b", "件数：{} → 1", "状态：Torn → 开放", "秒杀价：dear → ¥1.00")]
    [InlineData("en", "edit", "not json", "{}", "not json → {}")]
    [InlineData("en", "edit", """{"units":1}""", """{"units":1}""")]
    public async Task AuditList_Entry_SaysInWordsWhatChanged(string culture, string action, string before, string after, params string[] lines)
    {
        await using var context = new PagesContext(culture);

        Assert.Equal(lines, Lines(Audit(context, action, before, after)));
    }

    private static IRenderedComponent<AuditList> Audit(PagesContext context, string action, string before, string after) =>
        context.Render<AuditList>(parameters => parameters
            .Add(l => l.LabelledBy, "audit")
            .Add(l => l.Entries, [new(1, 7, "sam", action, before, after, PagesContext.Now)]));

    private static IEnumerable<string> Lines(IRenderedComponent<AuditList> list) => list.FindAll(".audit-change > span").Select(line => line.TextContent.Trim());

    [Theory]
    [InlineData(0, 10, null)]
    [InlineData(0, 11, "1 / 2 disabled enabled")]
    [InlineData(1, 25, "2 / 3 enabled enabled")]
    [InlineData(2, 25, "3 / 3 enabled disabled")]
    public async Task Turner_Pages_GoesNoFurtherThanThereAre(int page, int total, string? says)
    {
        await using var context = new PagesContext();

        var turner = context.Render<Turner>(parameters => parameters.Add(t => t.Page, page).Add(t => t.Total, total).Add(t => t.PageSize, 10));

        var buttons = turner.FindAll("button").Select(button => button.HasAttribute("disabled") ? "disabled" : "enabled").ToList();
        Assert.Equal(says, buttons.Count == 0 ? null : $"{page + 1} / {(total + 9) / 10} {string.Join(' ', buttons)}");
    }

    [Theory]
    [InlineData(9.26, "9.3 s")]
    [InlineData(75, "0:01:15")]
    [InlineData(90_000, "25:00:00")]
    public void Length_OfTime_IsShort(double seconds, string words) => Assert.Equal(words, Figures.Length(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task ConsoleView_NoRoomForACircuit_SaysSoInsteadOfItsContent(int circuits, bool full)
    {
        await using var context = new PagesContext();
        context.Services.AddSingleton(new CircuitCap(Options.Create(new PagesOptions { MaxCircuits = circuits })));

        var view = context.Render<ConsoleView>(parameters => parameters.Add(v => v.Admitted, true).Add(v => v.Title, "My sales").Add(v => v.ChildContent, "<p id=\"desk\"></p>"));

        Assert.Equal(full ? 0 : 1, view.FindAll("#desk").Count);
        Assert.Equal(full, view.Markup.Contains("Too many pages are open", StringComparison.Ordinal));
        Assert.Equal("My sales", view.Find("h1").TextContent);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(7, 2)]
    [InlineData(100, 20)]
    [InlineData(101, 50)]
    [InlineData(26_000, 10_000)]
    public void StepOf_Highest_TakesAFewRoundSteps(double highest, int step) => Assert.Equal(step, HistoryCharts.StepOf(highest));

    [Fact]
    public void SaleRates_Readings_AreAveragedOverTheLastSeconds()
    {
        var readings = new Queue<SaleTrafficReading>();
        Assert.Null(Next(0, 0));
        Assert.Equal(10, Next(2, 20)!.Granted);
        Assert.Equal(10, Next(4, 40)!.Granted);
        Assert.Equal(33.3, Next(8, 220)!.Granted);
        var calm = Next(60, 220)!;
        Assert.Equal((0, 0d), (calm.Granted, calm.AllRefused));
        Assert.Equal(2, readings.Count);
        var begunAnew = Next(66, 5, refused: 12)!;

        Assert.Equal((0, 2d), (begunAnew.Granted, begunAnew.AllRefused));
        Assert.Equal(["paused"], begunAnew.Refused.Keys);

        SaleRates? Next(int second, long granted, long refused = 0)
        {
            readings.Enqueue(new(PagesContext.Now.AddSeconds(second), 1, granted, Refusals.None with { Paused = refused }, 0, 0));
            return SaleRates.Of(readings);
        }
    }

    [Fact]
    public async Task RefusalTable_SomeReasons_AreListedMostFirst()
    {
        await using var context = new PagesContext();

        var table = context.Render<RefusalTable>(parameters => parameters
            .Add(t => t.Refusals, Refusals.None with { Paused = 2, SoldOut = 12_000 })
            .Add(t => t.Rates, new Dictionary<string, double> { ["soldOut"] = 3.5 }));

        Assert.Equal(["Nothing or too little left 3.5 12,000", "Paused 0 2"], table.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public void Link_Filter_IsInTheAddress() =>
        Assert.Equal(
            "/api/seller/orders/export?saleId=7&status=Paid&from=2026-11-11T12%3A00%3A00.000Z",
            Links.SellerOrdersFile(new(SaleId: 7, Status: OrderStatus.Paid, From: PagesContext.Now)));

    private static SellerSaleView Sale(long saleId, long productId, string name, int hours, int length, SalePhase phase) => new(
        saleId, productId, name, 100, 10, PagesContext.Now.AddHours(hours), PagesContext.Now.AddHours(hours + length), TimeSpan.FromMinutes(15), phase, null, PagesContext.Now);
}
