using System.Collections.Immutable;
using System.Globalization;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>What came of one run of a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seed">The seed, which gives the same requests and faults again.</param>
/// <param name="Run">All that is known of it.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="Recovery">How long after the fault was mended every node carried out commands again.</param>
sealed record Trial(Cell Cell, int Seed, Run Run, ImmutableArray<Violation> Violations, TimeSpan Recovery)
{
    static readonly TimeSpan Before = TimeSpan.FromSeconds(1.5);
    static readonly TimeSpan Behind = TimeSpan.FromSeconds(1.5);

    /// <summary>The head of a table of trials.</summary>
    public const string Head =
        "| cell | seed | requests | acknowledged | refused | turned away | unknown | events | violations | worst lateness | recovery |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|";

    /// <summary>Runs a cell: load, the fault, its mending, load again, and the verdict.</summary>
    public static async Task<Trial> Of(Cell cell, int seed)
    {
        await using var arena = await Arena.Open(cell, seed);
        arena.StartClients();
        await arena.Pass(Before);
        await cell.Break(arena);
        var recovery = await arena.Recover();
        await arena.Pass(Behind);
        var run = await arena.Finish();
        return new Trial(cell, seed, run, [.. Checker.Check(run), .. cell.AlsoBroken(run)], recovery);
    }

    /// <summary>A row of the table.</summary>
    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Cell.Name} | {Seed} | {Run.Operations.Length} | {Count<Answer.Created>() + Count<Answer.Done>()} | {Count<Answer.Refused>()} "
        + $"| {Count<Answer.TurnedAway>()} | {Count<Answer.Unknown>()} | {Run.Log.Length} | {Violations.Length} "
        + $"| {Checker.WorstLateness(Run).TotalSeconds:0.00} s | {Recovery.TotalSeconds:0.00} s |");

    int Count<T>()
        where T : Answer => Run.Operations.Count(operation => operation.Answer is T);
}
