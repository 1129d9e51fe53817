using CsCheck;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Stock;

/// <summary>The scripts against a plain model of them. <see cref="Samples"/> tells how to run more and how to replay what failed.</summary>
public sealed class GateModelTests
{
    private const int Processes = 3;

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Scripts_AnyStepsOneAfterAnother_DoWhatTheModelDoes(Store store)
    {
        await using var gate = await TestGate.StartAsync(store);

        await GateSteps.Sequences(most: 30).SampleAsync(
            async steps =>
            {
                var (side, model) = (new GateSide(gate, TestGate.NewSale()), new GateModel());
                foreach (var (i, step) in steps.Index())
                {
                    Assert.Equal((i, step.Run(model)), (i, await step.RunAsync(side)));
                    Assert.Equal((i, model.Contents()), (i, await side.ContentsAsync()));
                    Assert.Equal((i, null), (i, model.Broken()));
                }
            },
            iter: Samples.Count(300),
            print: Samples.Print);
    }

    [Theory, InlineData(Store.Embedded), InlineData(Store.Redis)]
    public async Task Scripts_SeveralProcessesAtOnce_DoWhatTheModelDoesInSomeOrder(Store store)
    {
        var gates = await TestGate.StartManyAsync(store, Processes);
        await using var process0 = gates[0];
        await using var process1 = gates[1];
        await using var process2 = gates[2];

        await GateSteps.Histories(Processes, most: 5).SampleAsync(
            async history =>
            {
                var (side, model) = (new GateSide(gates[0], TestGate.NewSale()), new GateModel());
                foreach (var step in history.First)
                {
                    Assert.Equal(step.Run(model), await step.RunAsync(side));
                }

                var said = await Task.WhenAll(history.AtOnce.Select((steps, process) => Task.Run(async () =>
                {
                    var (mine, answers) = (side.Over(gates[process]), new List<(GateStep Step, string Answer)>());
                    foreach (var step in steps)
                    {
                        answers.Add((step, await step.RunAsync(mine)));
                    }

                    return answers;
                })));

                var contents = await side.ContentsAsync();
                Assert.True(IsOneAfterAnother(model, said, new int[said.Length], contents), $"In no order:{string.Concat(said.Select(Samples.Print))}\nand in the end {contents}");
            },
            iter: Samples.Count(300),
            print: history => $"{Samples.Print(history.First)}{string.Concat(history.AtOnce.Select((steps, process) => $"\n  process {process}{Samples.Print(steps)}"))}");
    }

    // Every answer and the end are those of the model, for one of the orders in which the steps may have happened. (SampleParallel does
    // this for synchronous code, and tries every order to its end.)
    private static bool IsOneAfterAnother(GateModel model, List<(GateStep Step, string Answer)>[] said, int[] next, string contents)
    {
        if (said.Index().All(process => next[process.Index] == process.Item.Count))
        {
            return model.Contents() == contents && model.Broken() is null;
        }

        for (var i = 0; i < said.Length; i++)
        {
            if (next[i] < said[i].Count && model.Copy() is var after && said[i][next[i]] is var (step, answer) && step.Run(after) == answer)
            {
                int[] then = [.. next];
                then[i]++;
                if (IsOneAfterAnother(after, said, then, contents))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
