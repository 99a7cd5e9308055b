using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.Matrix;

namespace Sessions.Faults.Storms;

/// <summary>
/// Many sessions due in the same second. Before or after a storm with poison, in turns, comes one without it, so that
/// the two are compared on the same machine at about the same time.
/// </summary>
/// <param name="name">The cell's name.</param>
/// <param name="few">How many sessions a short storm has.</param>
/// <param name="share">How many a long one has, as a share of those that <see cref="Wanted"/> asks for.</param>
sealed class StormCell(string name, int few, double share) : Cell
{
    const int PoisonShare = 10;

    /// <summary>How many healthy sessions a storm must have for its lateness to be judged.</summary>
    const int Judged = 100_000;

    readonly int healthy = (int)((Wanted.Sessions * share) ?? few);
    readonly List<Storm> storms = [];

    /// <summary>When the first node was killed in each storm.</summary>
    readonly Dictionary<Storm, long> killed = [];

    Phases phases = null!;

    /// <summary>Whether half of the storms have a tenth more messages, which can never be carried out.</summary>
    public bool HasPoison { get; init; }

    /// <summary>Whether every node is killed in the middle of each storm, one after the other, and started again.</summary>
    public bool IsRestarted { get; init; }

    public override string Name => name;

    public override string Fault =>
        $"{healthy} sessions are due in the same second{(HasPoison ? ", with poison and without" : "")}{(IsRestarted ? ", and the nodes are killed in the middle" : "")}";

    /// <summary>Tables are analyzed during a short storm too, as autovacuum does once a minute in a long one.</summary>
    public override string[] PostgresSettings => ["shared_buffers = '256MB'", "max_wal_size = '4GB'", "autovacuum_naptime = '5s'"];

    /// <summary>Poison is given up within seconds; by default it is retried for two minutes.</summary>
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
    /// Poison makes healthy sessions at most a fifth later, even where nodes are killed in the middle. A short storm is
    /// not judged, because it is over within a second.
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

    /// <summary>Nodes are killed when half have expired, so the first half is not delayed.</summary>
    double[] JudgedShares => IsRestarted ? [.9, .99] : [.5, .99];

    /// <summary>The poison in each storm; a long run has so many storms that chance and order even out.</summary>
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
