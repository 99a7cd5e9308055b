using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class SuspendedNode : Cell
{
    bool isFelt;

    public override string Name => "suspended-node";

    public override string Fault => "a node stands still (`SIGSTOP`) for longer than a lease and goes on (`SIGCONT`)";

    public override async Task Break(Arena arena)
    {
        var node = arena.AnyNode;
        await node.Signal("STOP");
        var asked = arena.Load.TryNode(node);
        await arena.Pass(3.5);
        var hasAnswered = asked.IsCompleted;
        await node.Signal("CONT");
        isFelt = await asked is Answer.Unknown || !hasAnswered;
    }

    public override IEnumerable<Violation> AlsoBroken(Facts facts) => Felt(isFelt, "it answered while it stood still");
}
