using Sessions.Faults.Arenas;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>
/// The next version is this one with one more migration, which brings a schema that the running nodes do not know.
/// So the cell tries the upgrade itself, not what a certain version brings.
/// </summary>
sealed class RollingUpgrade : Cell
{
    public override string Name => "rolling-upgrade";

    public override string Fault =>
        "a new build brings its migration while old ones serve; an old one is started again behind it; then all are replaced";

    public override async Task Break(Arena arena)
    {
        var old = arena.Nodes.ToArray();
        var first = arena.AddNode();
        await first.Start(Node.NextProgram);
        await first.Ready();
        (await arena.Primary.Ask<bool>("select exists (select from event_store.migrations where name = '9999_next')"))
            .ShouldBeTrue();
        foreach (var node in old)
            await Serves(node, arena);
        await old[0].Restart(Node.Program);
        await Serves(old[0], arena);
        foreach (var node in old)
            await node.Restart(Node.NextProgram);
    }

    /// <summary>Waits until an old node has carried out a command on the schema that it does not know.</summary>
    static Task Serves(Node node, Arena arena) => arena.Until(
        async () => await arena.Load.TryNode(node) is Answer.Created, () => $"{node.Name} does not serve on the newer schema:\n{node.Printed}");
}
