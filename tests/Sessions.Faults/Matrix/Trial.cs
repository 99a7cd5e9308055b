using System.Collections.Immutable;
using System.Globalization;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>What came of one run of a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seed">The seed, which gives the same requests and faults again.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="Row">Its row of the table of trials.</param>
/// <param name="Measured">What its cell tells besides, as lines of tables.</param>
/// <param name="HistoryFile">Where its history is written down, if a promise was broken.</param>
sealed record Trial(
    Cell Cell, int Seed, ImmutableArray<Violation> Violations, string Row, ImmutableArray<string> Measured, string? HistoryFile)
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
        var facts = new Facts(await arena.Finish());
        ImmutableArray<Violation> violations = [.. Checker.Check(facts), .. cell.AlsoBroken(facts)];
        return new Trial(
            cell, seed, violations, RowOf(cell, seed, facts, violations.Length, recovery), [.. cell.Measured(facts)],
            violations.IsEmpty ? null : WriteHistory(cell, seed, facts.Run, violations));
    }

    /// <summary>A seed does not give the same history again, so one that was found wrong is kept.</summary>
    static string WriteHistory(Cell cell, int seed, Run run, ImmutableArray<Violation> violations)
    {
        var file = Path.Combine(
            Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"sessions-faults-{cell.Name}-{seed}-{Guid.CreateVersion7():N}.txt"));
        File.WriteAllLines(
            file,
            [
                .. violations.Select(violation => $"- {violation.Promise}: {violation.What}"),
                "", "Requests, with their trace ids, by the time of their start:", "",
                .. run.Operations.OrderBy(operation => operation.Start)
                    .Select(operation => string.Create(CultureInfo.InvariantCulture, $"{operation.Start} to {operation.End} {operation.TraceId} {operation}")),
                "", "The log:", "",
                .. run.Log.Select(recorded => recorded.ToString()),
            ]);
        return file;
    }

    static string RowOf(Cell cell, int seed, Facts facts, int violations, TimeSpan recovery)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {cell.Name} | {seed} | {facts.Run.Operations.Length} | {Count<Answer.Created>() + Count<Answer.Done>() + Count<Answer.Fetched>()} | {Count<Answer.Refused>()} "
            + $"| {Count<Answer.TurnedAway>()} | {Count<Answer.Unknown>()} | {facts.Run.Log.Length} | {violations} "
            + $"| {Checker.WorstLateness(facts).TotalSeconds:0.00} s | {recovery.TotalSeconds:0.00} s |");

        int Count<T>()
            where T : Answer => facts.Run.Operations.Count(operation => operation.Answer is T);
    }
}
