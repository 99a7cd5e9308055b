using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class SuspendedNode : Cell
{
    public override string Name => "suspended-node";

    public override string Fault => "a node stands still (`SIGSTOP`) for longer than a lease and goes on (`SIGCONT`)";

    public override async Task Break(Arena arena)
    {
        var node = arena.AnyNode;
        await node.Signal("STOP");
        await arena.Pass(3.5);
        await node.Signal("CONT");
    }
}
