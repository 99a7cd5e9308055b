using Sessions.Faults.Arenas;

namespace Sessions.Faults.Matrix;

/// <summary>What is kept of a run that could not be finished.</summary>
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

    [Fact]
    public void A_long_run_is_run_again_as_long_and_of_as_many_sessions() =>
        Trial.AgainOf(new Broken(), Seed, TimeSpan.FromMinutes(10), sessions: 1_000_000)
            .ShouldBe("bench/faults --cell broken --seed 17 --minutes 10 --sessions 1000000");

    sealed class Broken : Cell
    {
        public const string Why = "it breaks by itself";

        /// <summary>A constant, because bench/faults takes each literal at the property itself for a cell's name.</summary>
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
