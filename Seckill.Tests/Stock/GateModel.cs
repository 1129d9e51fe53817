using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Core.Stock;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Stock;

/// <summary>A sale in the store as plain C# has it: what each script is meant to do, without Lua.</summary>
internal sealed class GateModel
{
    private const string Rebuilding = "rebuilding";
    private const string Closed = "closed";

    // Null: the sale is not there.
    private long? _generation;
    private string _state = "";
    private int _left;
    private int _units;
    private int _limit;
    private long _opensAt;
    private long _endsAt;
    private long _version;
    private DateTime? _settled;

    // Units let go of without going back on sale: SQL has said that they do not exist, and a rebuild follows.
    private int _gone;

    private Dictionary<long, int> _changes = [];
    private Dictionary<long, int> _held = [];
    private Dictionary<long, int> _quotas = [];
    private Dictionary<long, (long UserId, int Quantity)> _tickets = [];
    private Dictionary<string, string> _requests = [];
    private List<string> _queue = [];
    private Dictionary<int, IReadOnlyList<string>> _peeked = [];

    // A rebuild may find more held than a shopper may have by now; nobody gets there by grabbing.
    private IReadOnlyDictionary<long, int> _heldAtFirst = new Dictionary<long, int>();

    public GateModel Copy() => new()
    {
        _generation = _generation,
        _state = _state,
        _left = _left,
        _units = _units,
        _limit = _limit,
        _opensAt = _opensAt,
        _endsAt = _endsAt,
        _version = _version,
        _settled = _settled,
        _gone = _gone,
        _changes = new(_changes),
        _held = new(_held),
        _quotas = new(_quotas),
        _tickets = new(_tickets),
        _requests = new(_requests),
        _queue = [.. _queue],
        _peeked = new(_peeked),
        _heldAtFirst = _heldAtFirst,
    };

    public string Contents()
    {
        Dictionary<string, object> sale = [];
        if (_generation is not null)
        {
            (sale["generation"], sale["state"]) = (_generation, _state);
            if (_state != Rebuilding)
            {
                (sale["left"], sale["units"], sale["limit"], sale["opens"], sale["ends"], sale["version"]) = (_left, _units, _limit, _opensAt, _endsAt, _version);
            }

            if (_settled is { } settled)
            {
                sale["settled"] = settled.ToMilliseconds();
            }

            foreach (var (id, fate) in _changes)
            {
                sale[$"c:{id}"] = fate;
            }
        }

        return TestGate.Contents([Fields(sale), Fields(_held), Fields(_quotas), Fields(_tickets.ToDictionary(t => t.Key, t => $"{t.Value.UserId}:{t.Value.Quantity}")), Fields(_requests)], _queue);

        static string Fields<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> fields) => string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary>What must be true whatever happened; null when it is.</summary>
    public string? Broken()
    {
        var queued = _queue.Select(raw => Ticket.Parse(raw)!.SeckillId).ToList();
        if (queued.Distinct().Count() < queued.Count)
        {
            return "a ticket is in the queue twice";
        }

        if (_generation is null || _state == Rebuilding)
        {
            return null;
        }

        var taken = _tickets.Values.Sum(ticket => ticket.Quantity);
        return _left < 0 ? "less than nothing is left"
            : _units != _left + taken + _gone ? "units are not what is left and what is taken"
            : taken != _held.Values.Sum() ? "tickets are not what is held"
            : _held.Any(h => h.Value > _quotas.GetValueOrDefault(h.Key, _limit) && h.Value > _heldAtFirst.GetValueOrDefault(h.Key)) ? "a shopper has grabbed more than they may"
            : null;
    }

    public bool Begin(long generation)
    {
        if (_generation >= generation)
        {
            return false;
        }

        Forget();
        (_generation, _state) = (generation, Rebuilding);
        return true;
    }

    /// <param name="questions">How often the rebuilder may go on.</param>
    public bool Install(long generation, SaleContents contents, int questions)
    {
        // A hash that stays empty asks nothing.
        (int Fields, Action Fill)[] hashes =
        [
            (contents.Held.Count, () => Fill(_held, contents.Held)),
            (contents.Quotas.Count, () => Fill(_quotas, contents.Quotas)),
            (contents.Tickets.Count, () => Fill(_tickets, contents.Tickets)),
            (contents.Requests.Count, () => Fill(_requests, contents.Requests)),
        ];
        foreach (var (_, fill) in hashes.Where(hash => hash.Fields > 0))
        {
            if (questions-- == 0 || !IsRebuilding(generation))
            {
                return false;
            }

            fill();
        }

        if (!IsRebuilding(generation))
        {
            return false;
        }

        (_left, _units, _limit, _opensAt, _endsAt, _version, _gone) = (contents.Left, contents.Units, contents.Limit, contents.OpensAt, contents.EndsAt, contents.Version, 0);
        (_state, _heldAtFirst) = (contents.Paused ? "paused" : "open", contents.Held);
        foreach (var change in contents.DoneChanges)
        {
            _changes[change] = 1;
        }

        return true;

        static void Fill<TKey, TValue>(Dictionary<TKey, TValue> into, IReadOnlyDictionary<TKey, TValue> from)
            where TKey : notnull
        {
            foreach (var (key, value) in from)
            {
                into[key] = value;
            }
        }
    }

    public GrabBatchResult Grab(long generation, long now, int queueBound, IReadOnlyList<GrabTry> grabs)
    {
        if (_generation is null || !IsLoaded(generation) || grabs.Any(grab => IdGenerator.TimeOf(grab.SeckillId) <= _settled))
        {
            return new(_generation is null ? BatchAnswer.NotLoaded : BatchAnswer.Fenced, null, [], []);
        }

        var answers = new List<GrabAnswer>();
        var replays = new List<long>();
        foreach (var grab in grabs)
        {
            answers.Add(Grab(grab, now, queueBound, replays));
        }

        return new(BatchAnswer.Answered, new(_left, _state == "paused", _state == Closed, _opensAt, _endsAt), [.. answers], [.. replays]);
    }

    private GrabAnswer Grab(GrabTry grab, long now, int queueBound, List<long> replays)
    {
        if (grab.Key is not null && _requests.TryGetValue($"{grab.UserId}:{grab.Key}", out var first))
        {
            var colon = first.IndexOf(':', StringComparison.Ordinal);
            if (first[(colon + 1)..] != $"{grab.Quantity}")
            {
                return GrabAnswer.KeyReused;
            }

            replays.Add(long.Parse(first.AsSpan(0, colon), provider: null));
            return GrabAnswer.Replayed;
        }

        if (_state == Closed || now >= _endsAt)
        {
            return GrabAnswer.Ended;
        }

        if (_state == "paused")
        {
            return GrabAnswer.Paused;
        }

        if (now < _opensAt)
        {
            return GrabAnswer.NotStarted;
        }

        if (_left <= 0)
        {
            return GrabAnswer.SoldOutForNow;
        }

        var vip = _quotas.TryGetValue(grab.UserId, out var quota);
        var cap = vip ? quota : _limit;
        if (_held.GetValueOrDefault(grab.UserId) + grab.Quantity > cap)
        {
            return GrabAnswer.OverLimit;
        }

        if (grab.Quantity > _left)
        {
            return GrabAnswer.FewerLeft;
        }

        if (_queue.Count >= queueBound)
        {
            return GrabAnswer.QueueFull;
        }

        _left -= grab.Quantity;
        _held[grab.UserId] = _held.GetValueOrDefault(grab.UserId) + grab.Quantity;
        _tickets.Add(grab.SeckillId, (grab.UserId, grab.Quantity));
        _queue.Add($"{grab.SeckillId}:{grab.UserId}:{grab.Quantity}:{now}:{grab.Key}:{(vip ? 'v' : 'd')}:{cap}:{_generation}");
        if (grab.Key is not null)
        {
            _requests.Add($"{grab.UserId}:{grab.Key}", $"{grab.SeckillId}:{grab.Quantity}");
        }

        return GrabAnswer.Granted;
    }

    /// <param name="refused">Whose requests are forgotten.</param>
    public ReleaseOutcome Release(long generation, bool backOnSale, IReadOnlyCollection<long> seckillIds, IEnumerable<Ticket> refused)
    {
        if (!IsLoaded(generation))
        {
            return ReleaseOutcome.NotLoaded;
        }

        foreach (var ticket in refused)
        {
            var request = $"{ticket.UserId}:{ticket.Key}";
            if (_requests.TryGetValue(request, out var first) && seckillIds.Contains(long.Parse(first.AsSpan(0, first.IndexOf(':', StringComparison.Ordinal)), provider: null)))
            {
                _requests.Remove(request);
            }
        }

        foreach (var id in seckillIds)
        {
            if (_tickets.Remove(id, out var ticket))
            {
                if ((_held[ticket.UserId] -= ticket.Quantity) <= 0)
                {
                    _held.Remove(ticket.UserId);
                }

                if (backOnSale)
                {
                    _left += ticket.Quantity;
                }
                else
                {
                    _gone += ticket.Quantity;
                }
            }
        }

        return ReleaseOutcome.Released;
    }

    public GateChange Change(long generation, long changeId, int delta)
    {
        if (_generation is null || !IsLoaded(generation))
        {
            return new(_generation is null ? GateOutcome.NotLoaded : GateOutcome.NotNow);
        }

        if (!_changes.TryGetValue(changeId, out var fate))
        {
            fate = _changes[changeId] = delta < 0 && _left + delta < 0 ? 2 : 1;
            if (fate == 1)
            {
                (_left, _units) = (_left + delta, _units + delta);
            }
        }

        return fate == 1 ? new(GateOutcome.Done) : new(GateOutcome.FewerLeft, _left);
    }

    public GateOutcome Steer(SaleCard sale)
    {
        if (!IsLoaded(sale.Generation) || _version > sale.Version)
        {
            return GateOutcome.NotNow;
        }

        (_version, _state, _opensAt, _endsAt) = (sale.Version, sale.Paused ? "paused" : "open", sale.OpensAt.ToMilliseconds(), sale.EndsAt.ToMilliseconds());
        return GateOutcome.Done;
    }

    public bool Close(long generation)
    {
        if (!IsLoaded(generation) || _queue.Count > 0)
        {
            return false;
        }

        _state = Closed;
        return true;
    }

    public void Drop(long generation)
    {
        if (_generation == generation && _state == Closed)
        {
            Forget();
            _queue.Clear();
        }
    }

    public PeekedTickets? Peek(int writer)
    {
        if (_queue.Count == 0 || _generation is not { } generation || _state == Rebuilding)
        {
            return null;
        }

        _peeked[writer] = [.. _queue];
        return new(generation, _peeked[writer]);
    }

    /// <param name="back">What goes to the end of the queue.</param>
    public bool Trim(int writer, int most, Func<IReadOnlyList<string>, IReadOnlyCollection<string>> back)
    {
        var written = Peeked(writer, most);
        if (written.Count == 0 || !_queue.Take(written.Count).SequenceEqual(written))
        {
            return false;
        }

        _queue.RemoveRange(0, written.Count);
        _queue.AddRange(back(written));
        return true;
    }

    public SaleReading? Read() =>
        _generation is not { } generation ? null
        : _state == Rebuilding ? new(generation, Rebuilding: true, Paused: false, 0, 0, 0, 0, 0, Moves: 0, _queue.Count)
        : new(generation, Rebuilding: false, _state == "paused", _left, _units, _opensAt, _endsAt, _version, Moves: 0, _queue.Count);

    public GateAllowance? Allowance(long userId) =>
        _generation is null || _state == Rebuilding ? null : new(_quotas.GetValueOrDefault(userId, _limit), _held.GetValueOrDefault(userId));

    public (bool Known, (long UserId, int Quantity)? Ticket) Find(long generation, long seckillId, bool settle)
    {
        if (_generation is null || _state == Rebuilding)
        {
            return (false, null);
        }

        if (_tickets.TryGetValue(seckillId, out var ticket))
        {
            return (true, ticket);
        }

        if (settle && _generation != generation)
        {
            return (false, null);
        }

        if (settle && (_settled is null || IdGenerator.TimeOf(seckillId) > _settled))
        {
            _settled = IdGenerator.TimeOf(seckillId);
        }

        return (true, null);
    }

    private IReadOnlyList<string> Peeked(int writer, int most) => [.. _peeked.GetValueOrDefault(writer, []).Take(most)];

    private bool IsLoaded(long generation) => _generation == generation && _state != Rebuilding;

    private bool IsRebuilding(long generation) => _generation == generation && _state == Rebuilding;

    private void Forget()
    {
        (_generation, _settled) = (null, null);
        (_changes, _held, _quotas, _tickets, _requests) = ([], [], [], [], []);
    }
}
