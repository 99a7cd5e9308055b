using System.Diagnostics;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class TerminatedNode : Cell
{
    static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    string drained = "";

    public override string Name => "terminated-node";

    public override string Fault => "a node is told to stop (`SIGTERM`) under load: it drains and exits within 10 s";

    public override async Task Break(Arena arena)
    {
        var node = arena.AnyNode;
        drained = node.Name;
        var told = Stopwatch.StartNew();
        await node.Signal("TERM");
        (await node.Ended()).ShouldBe(0, node.Printed);
        told.Elapsed.ShouldBeLessThan(DrainMax);
        await arena.Pass(1);
        await node.Start();
        await node.Ready();
    }

    /// <summary>Whoever it cuts off unheard was not served; whoever was served has heard of it.</summary>
    public override IEnumerable<Violation> AlsoBroken(Run run)
    {
        var commits = new Facts(run).CommitsOf;
        return run.Operations
            .Where(operation => operation.Node == drained
                && operation.Answer is Answer.Unknown { Why: "the connection broke" } && commits[operation.TraceId].Any())
            .Select(operation => new Violation("what a node carries out while it drains, it answers", $"{operation}"));
    }
}
