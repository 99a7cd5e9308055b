using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

sealed class KilledNode : Cell
{
    public override string Name => "killed-node";

    public override string Fault => "a node is killed (`kill -9`) and started again, one after the other";

    public override async Task Break(Arena arena)
    {
        foreach (var node in arena.Nodes)
            await node.Restart("KILL", seconds: 1);
    }
}
