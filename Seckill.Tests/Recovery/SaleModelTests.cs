using CsCheck;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Recovery;

/// <summary>
/// The whole path from the grab to the closed sale, by its real components, against what SQL and the shoppers know. <see cref="Samples"/> tells
/// how to run more and how to replay what failed.
/// </summary>
public sealed class SaleModelTests
{
    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sale_AnyStepsDeathsAndLosses_ComesOutEven(Store store)
    {
        await using var houses = new Houses(store);

        await SaleSteps.Sequences(most: 26).SampleAsync(
            async (plan, steps) => await houses.UseAsync(async house =>
            {
                var run = await SaleRun.StartAsync(house, plan);
                await run.SaveAsync();
                foreach (var step in steps)
                {
                    await step.RunAsync(run);
                    await run.SaveAsync();
                    await run.CheckLedgerAsync();
                }

                await run.SettleAsync();
                await run.EndAsync();
            }),
            iter: Samples.Count(120),
            threads: 1,
            print: ((SalePlan Plan, SaleStep[] Steps) sample) => $"{sample.Plan}{Samples.Print(sample.Steps)}");
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Sale_ManyAtOnceWithDeaths_ComesOutEven(Store store)
    {
        await using var houses = new Houses(store);

        await SaleSteps.Histories(tasks: 4, most: 8).SampleAsync(
            async (plan, atOnce) => await houses.UseAsync(async house =>
            {
                var run = await SaleRun.StartAsync(house, plan);
                await Task.WhenAll(atOnce.Select(steps => Task.Run(async () =>
                {
                    foreach (var step in steps)
                    {
                        await step.RunAsync(run);
                    }
                })));
                await run.SettleAsync();
                await run.EndAsync();
            }),
            iter: Samples.Count(40),
            threads: 1,
            print: ((SalePlan Plan, SaleStep[][] AtOnce) sample) => $"{sample.Plan}{string.Concat(sample.AtOnce.Select((steps, task) => $"\n  task {task}{Samples.Print(steps)}"))}");
    }

    /// <summary>One house for many sales, one after another, and a new one after a failure.</summary>
    private sealed class Houses(Store store) : IAsyncDisposable
    {
        private TestHouse? _house;

        public async Task UseAsync(Func<TestHouse, Task> use)
        {
            _house ??= await TestHouse.StartStillAsync(store, configure: FreezingSql.Install);
            try
            {
                await use(_house);
            }
            catch
            {
                await DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _house, null) is { } house)
            {
                await house.DisposeAsync();
            }
        }
    }
}
