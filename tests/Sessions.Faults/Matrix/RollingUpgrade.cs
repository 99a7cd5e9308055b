using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

/// <summary>
/// The next version is this one with one more migration, published beside it: to the nodes that run, a schema
/// that they do not know. So what is tried is the passage itself, not what a certain version brings.
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
        await old[0].Restart("TERM", Node.Program);
        foreach (var node in old)
            await node.Restart("TERM", Node.NextProgram);
    }
}
