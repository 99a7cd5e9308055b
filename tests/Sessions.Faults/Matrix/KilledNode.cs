using Sessions.Faults.Arenas;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

sealed class KilledNode : Cell
{
    public override string Name => "killed-node";

    public override string Fault => "a node is killed (`kill -9`) and started again, one after the other";

    public override async Task Break(Arena arena)
    {
        foreach (var node in arena.Nodes)
        {
            await node.Stop("KILL");
            var dead = arena.Clock.GetTimestamp();
            await arena.Pass(1);
            await arena.UntilAnswered(
                dead, asked => asked.Node == node.Name && asked.Answer is Answer.TurnedAway, $"nobody asks {node.Name}, which is dead");
            await node.Start();
            await node.Ready();
        }
    }
}
