using CsCheck;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Stock;

/// <summary>One call of a script, on a store and on the model; both say what it answered.</summary>
internal abstract record GateStep
{
    public abstract Task<string> RunAsync(GateSide side);

    public abstract string Run(GateModel model);
}

/// <summary>A sale in a real store, as several processes use it.</summary>
internal sealed class GateSide(TestGate gate, SaleCard sale)
{
    public TestGate Gate => gate;
    public SaleKeys Keys => sale.Keys;

    /// <summary>What each writer has looked at last.</summary>
    public Dictionary<int, IReadOnlyList<string>> Peeked { get; } = [];

    public SaleCard Card(long generation) => sale with { Generation = generation };

    /// <summary>The same sale over another connection.</summary>
    public GateSide Over(TestGate other) => new(other, sale);

    public Task<string> ContentsAsync() => gate.ContentsAsync(Keys);
}

internal sealed record BeginStep(long Generation) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) => $"{await side.Gate.Load.BeginAsync(side.Keys, Generation)}";

    public override string Run(GateModel model) => $"{model.Begin(Generation)}";
}

/// <param name="Questions">How often the rebuilder may go on before it dies; it asks before each of four hashes.</param>
internal sealed record InstallStep(long Generation, SaleContents Contents, int Questions) : GateStep
{
    public override async Task<string> RunAsync(GateSide side)
    {
        var questions = Questions;
        return $"{await side.Gate.Load.InstallAsync(side.Keys, Generation, Contents, () => Task.FromResult(questions-- > 0))}";
    }

    public override string Run(GateModel model) => $"{model.Install(Generation, Contents, Questions)}";

    public override string ToString() =>
        $"Install {Generation} (of {Questions} steps): left {Contents.Left}, units {Contents.Units}, limit {Contents.Limit}, {(Contents.Paused ? "paused" : "open")}, version {Contents.Version}, "
        + $"quotas [{string.Join(' ', Contents.Quotas)}], tickets [{string.Join(' ', Contents.Tickets)}], requests [{string.Join(' ', Contents.Requests)}], changes [{string.Join(' ', Contents.DoneChanges)}]";
}

internal sealed record GrabStep(long Generation, long Now, int Bound, GrabTry[] Grabs) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) =>
        Text(await side.Gate.Grab.RunAsync(side.Card(Generation), Now, Bound, Grabs, TimeSpan.FromSeconds(30)));

    public override string Run(GateModel model) => Text(model.Grab(Generation, Now, Bound, Grabs));

    public override string ToString() =>
        $"Grab {Generation} at {Now}, queue {Bound}: {string.Join(", ", Grabs.Select(g => $"#{g.SeckillId} user {g.UserId} {g.Quantity} units{(g.Key is null ? "" : $" key {g.Key}")}"))}";

    private static string Text(GrabBatchResult result) => $"{result.Answer} {result.Reading} [{string.Join(' ', result.Answers)}] [{string.Join(' ', result.ReplayIds)}]";
}

/// <param name="Refused">SQL has refused these, so their requests are forgotten; otherwise their orders were closed.</param>
internal sealed record ReleaseStep(long Generation, bool BackOnSale, bool Refused, Ticket[] Tickets) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) =>
        $"{(Refused
            ? await side.Gate.Release.RefusedAsync(side.Keys, Generation, BackOnSale, Tickets)
            : await side.Gate.Release.RunAsync(side.Keys, Generation, BackOnSale, [.. Tickets.Select(t => t.SeckillId)]))}";

    public override string Run(GateModel model) => $"{model.Release(Generation, BackOnSale, [.. Tickets.Select(t => t.SeckillId)], Refused ? Tickets.Where(t => t.Key is not null) : [])}";

    public override string ToString() =>
        $"{(Refused ? "Refused" : "Release")} {Generation}{(BackOnSale ? "" : ", not back on sale")}: {string.Join(", ", Tickets.Select(t => $"#{t.SeckillId} of {t.UserId}:{t.Key}"))}";
}

internal sealed record ChangeStep(long Generation, long ChangeId, int Delta) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) => $"{await side.Gate.Gate.ChangeAsync(side.Keys, Generation, ChangeId, Delta)}";

    public override string Run(GateModel model) => $"{model.Change(Generation, ChangeId, Delta)}";
}

internal sealed record SteerStep(long Generation, long Version, bool Paused, long OpensAt, long EndsAt) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) => $"{await side.Gate.Gate.SteerAsync(Steered(side.Card(Generation)))}";

    public override string Run(GateModel model) => $"{model.Steer(Steered(TestGate.NewSale() with { Generation = Generation }))}";

    private SaleCard Steered(SaleCard sale) => sale with { Version = Version, Paused = Paused, OpensAt = OpensAt.ToUtc(), EndsAt = EndsAt.ToUtc() };
}

internal sealed record CloseStep(long Generation) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) => $"{await side.Gate.Gate.CloseAsync(side.Keys, Generation)}";

    public override string Run(GateModel model) => $"{model.Close(Generation)}";
}

internal sealed record DropStep(long Generation) : GateStep
{
    public override async Task<string> RunAsync(GateSide side)
    {
        await side.Gate.Gate.DropAsync(side.Keys, Generation);
        return "";
    }

    public override string Run(GateModel model)
    {
        model.Drop(Generation);
        return "";
    }
}

internal sealed record PeekStep(int Writer) : GateStep
{
    public override async Task<string> RunAsync(GateSide side)
    {
        var peeked = await side.Gate.Queue.PeekAsync(side.Keys);
        if (peeked is not null)
        {
            side.Peeked[Writer] = peeked.Raw;
        }

        return Text(peeked);
    }

    public override string Run(GateModel model) => Text(model.Peek(Writer));

    public static string Text(PeekedTickets? peeked) => peeked is null ? "none" : $"{peeked.Generation}: {string.Join(' ', peeked.Raw)}";
}

/// <summary>What a writer has looked at, or the first few of it; others may have trimmed meanwhile.</summary>
/// <param name="Stuck">Every other one could not be written and goes to the end.</param>
/// <param name="Looks">At the next ones, in the same moment.</param>
internal sealed record TrimStep(int Writer, int Most, bool Stuck, bool Looks) : GateStep
{
    public override async Task<string> RunAsync(GateSide side)
    {
        List<string> written = [.. side.Peeked.GetValueOrDefault(Writer, []).Take(Most)];
        if (written.Count == 0 || !Looks)
        {
            return $"{written.Count > 0 && await side.Gate.Queue.TrimAsync(side.Keys, written, Back(written))}";
        }

        var (trimmed, next) = await side.Gate.Queue.TrimAndPeekAsync(side.Keys, written, Back(written));
        if (next is not null)
        {
            side.Peeked[Writer] = next.Raw;
        }

        return trimmed ? $"{trimmed} {PeekStep.Text(next)}" : $"{trimmed}";
    }

    public override string Run(GateModel model)
    {
        var trimmed = model.Trim(Writer, Most, Back);
        return trimmed && Looks ? $"{trimmed} {PeekStep.Text(model.Peek(Writer))}" : $"{trimmed}";
    }

    private List<string> Back(IReadOnlyList<string> written) => Stuck ? [.. written.Where((_, i) => i % 2 == 1)] : [];
}

internal sealed record FindStep(long Generation, long SeckillId, bool Settle) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) => $"{await side.Gate.Gate.FindTicketAsync(side.Card(Generation), SeckillId, Settle)}";

    public override string Run(GateModel model) => $"{model.Find(Generation, SeckillId, Settle)}";
}

internal sealed record LookStep(long UserId) : GateStep
{
    public override async Task<string> RunAsync(GateSide side) =>
        $"{WithoutMoves(await side.Gate.Gate.ReadAsync(side.Keys))} {await side.Gate.Gate.ReadAllowanceAsync(side.Keys, UserId)}";

    public override string Run(GateModel model) => $"{model.Read()} {model.Allowance(UserId)}";

    // It only tells one reading from another.
    private static SaleReading? WithoutMoves(SaleReading? reading) => reading is null ? null : reading with { Moves = 0 };
}

/// <summary>
/// Random steps. What is drawn is a plan; ids and generations come when the plans stand in a row, so that the ids differ, as those of the
/// generator do, and most steps come with the generation that is there.
/// </summary>
internal sealed class GateSteps
{
    private const int Users = 3;

    // Of one after another; those at once have numbers of their own.
    private const int Writers = 2;

    // Tickets that a rebuild brings along are numbered apart from those that are grabbed.
    private const long FirstInstalled = 1001;

    private static readonly Gen<int> Shift = Gen.Frequency((14, 0), (1, -1), (1, 1));
    private static readonly Gen<string?> Key = Gen.Frequency((2, (string?)null), (1, "a"), (1, "b"));
    private static readonly Gen<(long User, int Quantity, string? Key)> Try = Gen.Select(Gen.Long[1, Users], Gen.Int[1, 3], Key);

    private static readonly Gen<Func<GateSteps, GateStep[]>> Grab = Gen.Select(
        Shift,
        Gen.Frequency((1, 999L), (1, 1000L), (12, 1500L), (1, 1999L), (1, 2000L)),
        Gen.Frequency((4, Gen.Const(TestGate.NoBound)), (1, Gen.Int[0, 6])),
        Gen.Frequency((12, Try.Array[1, 5]), (1, Try.Array[6, GrabScript.BatchSize])),
        (shift, now, bound, tries) => new Func<GateSteps, GateStep[]>(row => [new GrabStep(row._generation + shift, now, bound, [.. tries.Select(row.Number)])]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Release = Gen.Select(
        Shift,
        Gen.Frequency((3, true), (1, false)),
        Gen.Bool,
        Gen.Frequency((4, Gen.Int[0, 11]), (1, Gen.Int[1000, 1003])).Array[1, 3],
        (shift, backOnSale, refused, back) => new Func<GateSteps, GateStep[]>(row => [new ReleaseStep(row._generation + shift, backOnSale, refused, [.. back.Select(row.TicketAt)])]));

    private static readonly Gen<SaleContents> Contents = Gen.Select(
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 4], Gen.Frequency((5, false), (1, true)), Gen.Long[1, 3]),
        Gen.Select(Gen.Long[1, Users], Gen.Int[0, 5]).Array[0, 2],
        Try.Array[0, 3],
        Gen.Long[1, 3].Array[0, 2],
        (sale, quotas, taken, changes) => ContentsOf(sale, quotas, taken, changes));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Begin = Gen.Frequency((6, 1), (1, 0), (1, -1)).Select(shift => new Func<GateSteps, GateStep[]>(row => [row.BeginAt(shift)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Install = Gen.Select(
        Shift,
        Contents,
        Gen.Int[0, 4],
        (shift, contents, questions) => new Func<GateSteps, GateStep[]>(row => [row.InstallAt(row._generation + shift, contents, questions)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Rebuild = Contents.Select(
        contents => new Func<GateSteps, GateStep[]>(row => [row.BeginAt(1), row.InstallAt(row._generation, contents, questions: 4)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Change = Gen.Select(
        Shift, Gen.Long[1, 4], Gen.Int[-4, 4], (shift, id, delta) => new Func<GateSteps, GateStep[]>(row => [new ChangeStep(row._generation + shift, id, delta)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Steer = Gen.Select(
        Shift,
        Gen.Long[1, 5],
        Gen.Frequency((2, false), (1, true)),
        Gen.Frequency((3, 1000L), (1, 1500L)),
        Gen.Frequency((3, 2000L), (1, 1500L)),
        (shift, version, paused, opens, ends) => new Func<GateSteps, GateStep[]>(row => [new SteerStep(row._generation + shift, version, paused, opens, ends)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Close = Shift.Select(shift => new Func<GateSteps, GateStep[]>(row => [new CloseStep(row._generation + shift)]));
    private static readonly Gen<Func<GateSteps, GateStep[]>> Drop = Shift.Select(shift => new Func<GateSteps, GateStep[]>(row => [new DropStep(row._generation + shift)]));
    private static readonly Gen<Func<GateSteps, GateStep[]>> Peek = Gen.Int[0, Writers - 1].Select(writer => new Func<GateSteps, GateStep[]>(row => [new PeekStep(row._writer ?? writer)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Trim = Gen.Select(
        Gen.Int[0, Writers - 1],
        Gen.Frequency((3, Gen.Const(int.MaxValue)), (1, Gen.Int[1, 3])),
        Gen.Frequency((3, false), (1, true)),
        Gen.Bool,
        (writer, most, stuck, looks) => new Func<GateSteps, GateStep[]>(row => [new TrimStep(row._writer ?? writer, most, stuck, looks)]));

    // Also those that have not come yet. A few give the last word, after which some of what follows is too old.
    private static readonly Gen<Func<GateSteps, GateStep[]>> Find = Gen.Select(
        Shift,
        Gen.Int[-4, 11],
        Gen.Frequency((3, false), (1, true)),
        (shift, back, settle) => new Func<GateSteps, GateStep[]>(row => [new FindStep(row._generation + shift, back < 0 ? IdOf(row._tries.Count - back) : row.TicketAt(back).SeckillId, settle)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Look = Gen.Long[1, Users].Select(user => new Func<GateSteps, GateStep[]>(_ => [new LookStep(user)]));

    private static readonly Gen<Func<GateSteps, GateStep[]>> Any = Gen.Frequency(
        (10, Grab), (5, Release), (3, Change), (2, Steer), (2, Rebuild), (1, Begin), (2, Install), (1, Close), (1, Drop), (4, Peek), (4, Trim), (2, Find), (1, Look));

    // One atomic step each: what is done in several may be seen half done.
    private static readonly Gen<Func<GateSteps, GateStep[]>> AnyAtOnce = Gen.Frequency((8, Grab), (5, Release), (3, Change), (1, Steer), (1, Begin), (1, Close), (3, Peek), (3, Trim), (2, Find));

    private readonly List<GrabTry> _tries = [];
    private readonly Dictionary<long, SaleContents> _contents = [];
    private readonly Dictionary<long, Ticket> _installed = [];
    private int? _writer;
    private long _generation;

    /// <summary>One after another.</summary>
    public static Gen<GateStep[]> Sequences(int most) => Gen.Select(Rebuild, Any.Array[1, most], (first, more) =>
    {
        var row = new GateSteps();
        return row.Place([first, .. more]);
    });

    /// <summary>Some one after another, then those of several processes at the same time.</summary>
    public static Gen<(GateStep[] First, GateStep[][] AtOnce)> Histories(int processes, int most) =>
        Gen.Select(Rebuild, Any.Array[0, 8], AnyAtOnce.Array[1, most].Array[2, processes], (first, more, atOnce) =>
        {
            var row = new GateSteps();
            var before = row.Place([first, .. more]);
            return (before, atOnce.Select((plans, writer) =>
            {
                row._writer = Writers + writer;
                return row.Place(plans);
            }).ToArray());
        });

    private GateStep[] Place(Func<GateSteps, GateStep[]>[] plans) => [.. plans.SelectMany(plan => plan(this))];

    private BeginStep BeginAt(int shift)
    {
        var step = new BeginStep(_generation + shift);
        _generation = Math.Max(_generation, step.Generation);
        return step;
    }

    // A generation is one rebuild's alone, with the one picture that it has seen.
    private InstallStep InstallAt(long generation, SaleContents contents, int questions)
    {
        _contents.TryAdd(generation, contents);
        foreach (var (id, (user, quantity)) in _contents[generation].Tickets)
        {
            _installed[id] = TicketOf(id, user, quantity, _contents[generation].Requests.FirstOrDefault(r => r.Value == $"{id}:{quantity}").Key?.Split(':')[1]);
        }

        return new(generation, _contents[generation], questions);
    }

    private GrabTry Number((long User, int Quantity, string? Key) grab)
    {
        _tries.Add(new(IdOf(_tries.Count + 1), grab.User, grab.Quantity, grab.Key));
        return _tries[^1];
    }

    // Each a millisecond after the one before.
    private static long IdOf(int number) => (long)number << IdGenerator.TimeShift;

    // One of the last grabs, whatever became of it, or of those that a rebuild brought along, or one that nobody knows.
    private Ticket TicketAt(int back)
    {
        if (back >= 1000)
        {
            return _installed.GetValueOrDefault(back + 1, TicketOf(back + 1, 9, 1, null));
        }

        return back < _tries.Count && _tries[^(back + 1)] is var grab ? TicketOf(grab.SeckillId, grab.UserId, grab.Quantity, grab.Key) : TicketOf(900, 9, 1, null);
    }

    private static Ticket TicketOf(long seckillId, long userId, int quantity, string? key) => new(seckillId, userId, quantity, 1500, key, Vip: false, Limit: 1, Generation: 1);

    private static SaleContents ContentsOf(
        (int Left, int Limit, bool Paused, long Version) sale, (long User, int Quota)[] quotas, (long User, int Quantity, string? Key)[] taken, long[] changes)
    {
        var requests = new Dictionary<string, string>();
        for (var i = 0; i < taken.Length; i++)
        {
            if (taken[i].Key is { } key)
            {
                requests.TryAdd($"{taken[i].User}:{key}", $"{FirstInstalled + i}:{taken[i].Quantity}");
            }
        }

        return TestGate.Contents(sale.Left + taken.Sum(t => t.Quantity), sale.Limit, sale.Paused, quotas.DistinctBy(q => q.User).ToDictionary(q => q.User, q => q.Quota)) with
        {
            Left = sale.Left,
            Version = sale.Version,
            Held = taken.GroupBy(t => t.User).ToDictionary(user => user.Key, user => user.Sum(t => t.Quantity)),
            Tickets = taken.Index().ToDictionary(t => FirstInstalled + t.Index, t => (t.Item.User, t.Item.Quantity)),
            Requests = requests,
            DoneChanges = [.. changes.Distinct()],
        };
    }
}
