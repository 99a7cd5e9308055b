using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.Matrix;

namespace Sessions.Faults.Storms;

/// <summary>
/// Many sessions due in the same second. Where there is poison among them, the same number without it is due before
/// or behind, in turns: the two are compared on the same machine at the same time.
/// </summary>
/// <param name="name">The cell's name.</param>
/// <param name="few">How many sessions a short storm is of.</param>
/// <param name="share">How many a long one is of, as a share of those that <see cref="Wanted"/> names.</param>
sealed class StormCell(string name, int few, double share) : Cell
{
    const int PoisonShare = 10;

    /// <summary>How many healthy ones a storm must be of for its lateness to be judged.</summary>
    const int Judged = 100_000;

    readonly int healthy = (int)((Wanted.Sessions * share) ?? few);
    readonly List<Storm> storms = [];

    /// <summary>When the first node was dead in the middle of each storm.</summary>
    readonly Dictionary<Storm, long> killed = [];

    Phases phases = null!;

    /// <summary>Whether every second storm has a tenth more messages that can never be carried out.</summary>
    public bool HasPoison { get; init; }

    /// <summary>Whether every node is killed in the middle of each storm, one after the other, and started again.</summary>
    public bool IsRestarted { get; init; }

    public override string Name => name;

    public override string Fault =>
        $"{healthy} sessions are due in the same second{(HasPoison ? ", with poison and without" : "")}{(IsRestarted ? ", and the nodes are killed in the middle" : "")}";

    /// <summary>What autovacuum does once a minute in a long storm, a short one meets as well: it is analyzed while it lasts.</summary>
    public override string[] PostgresSettings => ["shared_buffers = '256MB'", "max_wal_size = '4GB'", "autovacuum_naptime = '5s'"];

    /// <summary>Poison is given up within seconds; by default it is tried for two minutes.</summary>
    public override IEnumerable<(string Name, string Value)> EnvironmentOf(int node) =>
        [("Schedule__AttemptsMax", "3"), ("Schedule__Backoff", "00:00:00.5")];

    public override async Task Break(Arena arena)
    {
        storms.Clear();
        killed.Clear();
        phases = new Phases(arena.Clock);
        foreach (var poison in Poison)
        {
            var storm = new Storm(arena, storms.Count + 1, healthy, poison);
            storms.Add(storm);
            phases.Begin("before");
            await arena.Pass(Wanted.Calm);
            await Pass(storm, arena);
        }

        phases.Begin("after");
    }

    /// <summary>
    /// Poison makes healthy ones at most a fifth later, and where nodes are killed in the middle as well. A short storm
    /// is over within a second, and says nothing.
    /// </summary>
    public override IEnumerable<Violation> AlsoBroken(Facts facts)
    {
        var table = new StormTable(facts, storms);
        return
        [
            .. table.Incomplete(),
            .. killed.SelectMany(storm => Felt(
                table.GoesOnBehind(storm.Key, storm.Value), FormattableString.Invariant($"storm {storm.Key.Number} was over when the first node was dead"))),
            .. from share in HasPoison && healthy >= Judged ? JudgedShares : []
               let ratio = table.Ratio(share)
               where ratio > 1.2
               select new Violation(
                   "poison does not make healthy ones late", FormattableString.Invariant($"{share:P0} expired {ratio:0.00} times as late")),
        ];
    }

    public override IEnumerable<string> Measured(Facts facts) =>
        new StormTable(facts, storms).Lines().Concat(phases.Table(facts.Run));

    /// <summary>Nodes are killed when half have expired, so nothing that makes late lies before that.</summary>
    double[] JudgedShares => IsRestarted ? [.9, .99] : [.5, .99];

    /// <summary>How much poison is in each storm: in a long run so often that chance and the order even out.</summary>
    int[] Poison => (HasPoison, Wanted.Sessions) switch
    {
        (false, _) => [0],
        (true, null) => [0, healthy / PoisonShare],
        _ => [.. new[] { 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0 }.Select(part => part * healthy / PoisonShare)],
    };

    async Task Pass(Storm storm, Arena arena)
    {
        var with = storm.Poison > 0 ? ", with poison" : "";
        phases.Begin("while they are created");
        await storm.Gather(Policy);
        phases.Begin("before");
        if (storm.Due - arena.Clock.GetUtcNow() is { Ticks: > 0 } rest)
            await arena.Pass(rest);
        phases.Begin("during" + with);
        if (IsRestarted)
            await Restart(storm, arena);
        await storm.Over();
        phases.Begin("after");
        await arena.Pass(Wanted.Calm);
        if (storm.Poison > 0)
        {
            phases.Begin("while poison is mended");
            await storm.Mend();
        }
    }

    async Task Restart(Storm storm, Arena arena)
    {
        await storm.HalfOver();
        foreach (var node in arena.Nodes)
        {
            await node.Signal("KILL");
            killed.TryAdd(storm, arena.Clock.GetTimestamp());
            await node.Ended();
            await node.Start();
            await node.Ready();
        }
    }
}
