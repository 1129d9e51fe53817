using CsCheck;
using Seckill.Core.Ordering;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Recovery;

/// <summary>Something that happens to a sale, and its name when a sequence fails.</summary>
internal sealed record SaleStep(string Name, Func<SaleRun, Task> RunAsync)
{
    public override string ToString() => Name;
}

/// <summary>Random steps of the real components, of their deaths half-way, and of a store that loses what it had.</summary>
internal static class SaleSteps
{
    private const int Users = 4;

    private static readonly Gen<SaleStep> Grab = Gen.Select(Gen.Long[1, Users], Gen.Int[1, 3], Gen.Frequency((2, (string?)null), (1, "a"), (1, "b"))).Array[1, 6]
        .Select(tries => new SaleStep(
            $"grab {string.Join(", ", tries.Select(t => $"user {t.Item1} {t.Item2}{(t.Item3 is null ? "" : $" key {t.Item3}")}"))}",
            run => run.GrabAsync(tries)));

    private static readonly Gen<SaleStep> Write = Gen.Const(new SaleStep("write orders", run => run.House.WriteAsync(run.Sale)));

    private static readonly Gen<SaleStep> DieWriting = Gen.Const(new SaleStep(
        "write orders, die before the trim",
        async run =>
        {
            if (await run.House.Get<TicketQueue>().PeekAsync(run.Keys) is { } peeked)
            {
                await run.WriteAsync(peeked, dies: true);
            }
        }));

    private static readonly Gen<SaleStep> FreezeWriting = Gen.Const(new SaleStep(
        "a writer looks and freezes",
        async run =>
        {
            if (await run.House.Get<TicketQueue>().PeekAsync(run.Keys) is { } peeked)
            {
                run.Frozen.Enqueue(peeked);
            }
        }));

    private static readonly Gen<SaleStep> WakeWriter = Gen.Bool.Select(dies => new SaleStep(
        $"a frozen writer goes on{(dies ? ", and dies before the trim" : "")}",
        run => run.Frozen.TryDequeue(out var peeked) ? run.WriteAsync(peeked, dies) : Task.CompletedTask));

    private static readonly Gen<SaleStep> Pay = Gen.Int[0, 5].Select(back => new SaleStep(
        $"pay order {back} before the last",
        async run =>
        {
            if (await run.OrderAsync(back) is { } order)
            {
                await run.House.Get<OrderPayment>().PayAsync(order.OrderId, order.BuyerId, decline: false, TestHouse.Token);
            }
        }));

    private static readonly Gen<SaleStep> Cancel = Gen.Int[0, 5].Select(back => new SaleStep(
        $"cancel order {back} before the last",
        async run =>
        {
            if (await run.OrderAsync(back) is { } order)
            {
                await run.House.Get<OrderCancellation>().CancelAsync(order.OrderId, order.BuyerId, TestHouse.Token);
            }
        }));

    private static readonly Gen<SaleStep> DieCancelling = Gen.Int[0, 5].Select(back => new SaleStep(
        $"cancel order {back} before the last, die before the release",
        async run =>
        {
            if (await run.OrderAsync(back) is { } order)
            {
                await run.CloseWithoutReleaseAsync(order);
            }
        }));

    private static readonly Gen<SaleStep> Ask = Gen.Int[0, 8].Select(back => new SaleStep($"ask after grab {back} before the last", run => run.AskAsync(back)));

    private static readonly Gen<SaleStep> Wait = Gen.Const(new SaleStep(
        "the time to pay passes",
        run =>
        {
            run.PassPaymentWindow();
            return Task.CompletedTask;
        }));

    private static readonly Gen<SaleStep> Expire = Gen.Const(new SaleStep("expire", run => run.House.ExpireAsync()));
    private static readonly Gen<SaleStep> Release = Gen.Const(new SaleStep("release", run => run.House.Get<OrderRelease>().SweepAsync(run.Sale.SaleId, TestHouse.Token)));
    private static readonly Gen<SaleStep> DieReleasing = Gen.Const(new SaleStep("release, die before SQL knows", run => run.ReleaseWithoutMarkAsync()));

    private static readonly Gen<SaleStep> ChangeUnits = Gen.Select(Gen.Int[1, 5], Gen.Bool, Gen.Int[0, 2]).Select((by, add, halves) => new SaleStep(
        $"change the units by {(add ? by : -by)}, freeze after {halves} of 2 halves",
        run => run.ChangeAsync(add ? by : -by, halves)));

    private static readonly Gen<SaleStep> WakeChange = Gen.Const(new SaleStep("a frozen change of units goes on", run => run.WakeChangeAsync()));
    private static readonly Gen<SaleStep> FinishChanges = Gen.Const(new SaleStep("finish the changes of units", run => run.House.Get<StockChanges>().SweepAsync(TestHouse.Token)));
    private static readonly Gen<SaleStep> Tend = Gen.Const(new SaleStep("tend the sale", run => run.House.TendAsync()));
    private static readonly Gen<SaleStep> Rebuild = Gen.Const(new SaleStep("rebuild", run => run.House.RebuildAsync(run.Sale)));
    private static readonly Gen<SaleStep> AskForRebuild = Gen.Const(new SaleStep("ask for a rebuild", run => run.AskForRebuildAsync()));
    private static readonly Gen<SaleStep> DieRebuilding = Gen.Const(new SaleStep("rebuild, die after the beginning", run => run.BeginRebuildAsync()));
    private static readonly Gen<SaleStep> FreezeRebuilding = Gen.Const(new SaleStep("a rebuilder looks and freezes", run => run.FreezeRebuildAsync()));
    private static readonly Gen<SaleStep> WakeRebuilder = Gen.Const(new SaleStep("a frozen rebuilder goes on", run => run.WakeRebuildAsync()));
    private static readonly Gen<SaleStep> Audit = Gen.Const(new SaleStep("audit", run => run.AuditAsync()));
    private static readonly Gen<SaleStep> Lose = Gen.Frequency((2, false), (1, true)).Select(keepQueue => new SaleStep(
        $"the store loses the sale{(keepQueue ? " but for its queue" : "")}",
        run => run.LoseAsync(keepQueue)));
    private static readonly Gen<SaleStep> SetBack = Gen.Select(Gen.Int[1, 8], Gen.Bool).Select((steps, noticed) => new SaleStep(
        $"the store comes back without the last {steps} steps{(noticed ? "" : ", which nobody notices")}",
        run => run.SetBackAsync(steps, noticed)));

    // What may happen at the same time as anything else; the store keeps what it has.
    private static readonly (int, IGen<SaleStep>)[] AtOnce =
    [
        (8, Grab), (12, And("write orders", Grab, run => run.House.WriteAsync(run.Sale))), (4, Write), (3, DieWriting), (4, FreezeWriting), (5, WakeWriter), (2, Ask), (3, Pay), (4, Cancel), (2, DieCancelling), (1, Wait), (1, Expire), (1, Release),
        (2, DieReleasing), (4, ChangeUnits), (3, WakeChange), (2, FinishChanges), (4, Tend), (2, Rebuild), (1, AskForRebuild), (1, DieRebuilding), (3, FreezeRebuilding), (3, WakeRebuilder), (2, Audit),
    ];

    private static readonly Gen<SaleStep> AnyAtOnce = Gen.Frequency(AtOnce);
    private static readonly Gen<SaleStep> Any = Gen.Frequency([.. AtOnce, (2, Lose), (4, And("tend the sale", Lose, run => run.House.TendAsync())), (8, SetBack), (3, And("tend the sale", SetBack, run => run.House.TendAsync()))]);

    private static readonly Gen<SalePlan> Plan = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 3], Gen.Frequency((1, Gen.Const((int?)null)), (2, Gen.Int[1, 5].Select(quota => (int?)quota))))
        .Select((units, limit, quota) => new SalePlan(units, limit, quota));

    public static Gen<(SalePlan Plan, SaleStep[] Steps)> Sequences(int most) => Gen.Select(Plan, Any.Array[2, most]);

    public static Gen<(SalePlan Plan, SaleStep[][] AtOnce)> Histories(int tasks, int most) => Gen.Select(Plan, AnyAtOnce.Array[1, most].Array[2, tasks]);

    private static Gen<SaleStep> And(string name, Gen<SaleStep> steps, Func<SaleRun, Task> then) => steps.Select(step => new SaleStep(
        $"{step.Name}; {name}",
        async run =>
        {
            await step.RunAsync(run);
            await then(run);
        }));
}
