using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

/// <summary>What is left of a run that was not run to its end.</summary>
public sealed class TrialTests
{
    const int Seed = 17;

    [Fact]
    public async Task A_run_that_fails_says_how_to_run_it_again_and_keeps_its_history()
    {
        var failed = await Should.ThrowAsync<InvalidOperationException>(() => Trial.Of(new Broken(), Seed));

        failed.Message.ShouldContain("bench/faults --cell broken --seed 17");
        failed.Message.ShouldContain(Broken.Why);
        var file = failed.Message.Split(' ', ';').Single(word => word.EndsWith(".txt", StringComparison.Ordinal));
        var history = await File.ReadAllTextAsync(file);
        File.Delete(file);
        history.ShouldContain("by ana on node-0 (request 1), answered Created");
        history.ShouldContain("RecordedEvent");
    }

    sealed class Broken : Cell
    {
        public const string Why = "it breaks by itself";

        const string CellName = "broken";

        public override string Name => CellName;

        public override string Fault => Why;

        public override int NodeCount => 1;

        public override int Clients => 0;

        public override async Task Break(Arena arena)
        {
            await arena.Load.TryNode(arena.AnyNode);
            throw new TimeoutException(Why);
        }
    }
}
