using System.Globalization;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>
/// While the node drains, a slow reader of a large file keeps it busy, and a client with an open connection goes on
/// asking until the node cuts it off.
/// </summary>
sealed class TerminatedNode : Cell
{
    const string Large = "large";
    const long LargeSize = 64 * 1024 * 1024;

    static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    string drained = "";
    string slowTrace = "";
    bool wasStillReading;
    long closedAt;
    long startedAgainAt;

    public override string Name => "terminated-node";

    public override string Fault =>
        "a node is told to stop (`SIGTERM`) under load and with a slow reader: it drains and exits within 10 s";

    public override IEnumerable<(string Name, string Value)> EnvironmentOf(int node) =>
    [
        // The large file counts as small, so that the first answer finds it ready.
        ("Downloads__SmallFileMax", LargeSize.ToString(CultureInfo.InvariantCulture)),
    ];

    public override async Task Prepare(Arena arena)
    {
        var folder = Directory.CreateDirectory(Path.Combine(arena.Content, "sample", Large));
        await using var file = File.Create(Path.Combine(folder.FullName, "large.iso"));
        file.SetLength(LargeSize);
    }

    public override async Task Break(Arena arena)
    {
        var node = arena.AnyNode;
        drained = node.Name;
        using var known = new Client(keepsConnection: true);
        (await arena.Load.TryNode(node, known)).ShouldBeOfType<Answer.Created>();
        await using var slow = await SlowReader.Begin(arena, node, arena.Library.Named(Large));
        slowTrace = slow.TraceId;

        var told = arena.Clock.GetTimestamp();
        await node.Signal("TERM");
        // A client may be served on its connection until the node closes that, which may take a while.
        await arena.Until(
            async () => IsCutOff(await arena.Load.TryNode(node, known)), () => $"{node.Name} goes on serving on a connection:\n{node.Printed}");
        wasStillReading = slow.IsReading;
        await arena.Until(async () => !await node.Listens(), () => $"{node.Name} goes on listening:\n{node.Printed}");
        closedAt = arena.Clock.GetTimestamp();
        (await node.Ended()).ShouldBe(0, node.Printed);
        arena.Clock.GetElapsedTime(told).ShouldBeLessThan(DrainMax);

        await arena.Pass(1);
        startedAgainAt = arena.Clock.GetTimestamp();
        await node.Start();
        await node.Ready();
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts)
    {
        var asked = facts.Run.Operations.Where(operation => operation.Node == drained && operation.TraceId != slowTrace).ToArray();
        return
        [
            .. Felt(wasStillReading, "the slow reader was gone before the node was"),
            // A request that is cut off without an answer must not have been carried out.
            .. from operation in asked
               where operation.Answer is Answer.Unknown { Why: Client.ConnectionBroke } && facts.CommitsOf[operation.TraceId].Any()
               select new Violation("what a node carries out while it drains, it answers", $"{operation}"),
            .. from operation in asked
               where operation.Start > closedAt && operation.Start < startedAgainAt
                   && (operation.Answer is not (Answer.TurnedAway or Answer.Unknown) || facts.CommitsOf[operation.TraceId].Any())
               select new Violation("a node that has closed its door and its connections takes no new work", $"{operation}"),
        ];
    }

    static bool IsCutOff(Answer answer) =>
        answer is Answer.TurnedAway { Why: Client.NoConnection } or Answer.Unknown { Why: Client.ConnectionBroke };
}
