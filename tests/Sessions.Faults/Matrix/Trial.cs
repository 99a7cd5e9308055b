using System.Collections.Immutable;
using System.Globalization;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>The result of one run of a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seed">The seed, which reproduces the requests and faults.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="Row">Its row of the table of trials.</param>
/// <param name="Measured">What its cell measured, as lines of tables.</param>
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

    /// <summary>The command that runs the same again.</summary>
    public string Again => AgainOf(Cell, Seed);

    /// <summary>Runs a cell.</summary>
    /// <exception cref="InvalidOperationException">
    /// It could not be finished; the message says how to run it again, and where its history is.
    /// </exception>
    public static async Task<Trial> Of(Cell cell, int seed)
    {
        var file = "no file";
        try
        {
            await using var arena = new Arena(cell, seed);
            try
            {
                return await Of(cell, seed, arena);
            }
            catch (Exception failed)
            {
                file = await WrittenHistory.Write(cell, seed, arena, failed);
                throw;
            }
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cell.Name}, seed {seed}, was not run to its end; what was asked and recorded until then is in {file}; again with: {AgainOf(cell, seed)}\n{failed.Message}"),
                failed);
        }
    }

    /// <summary>Load, the fault, its mending, load again, and the verdict.</summary>
    static async Task<Trial> Of(Cell cell, int seed, Arena arena)
    {
        await arena.Start();
        arena.StartClients();
        await arena.Pass(Before);
        await cell.Break(arena);
        var recovery = await arena.Recover();
        await arena.Pass(Behind);
        var facts = new Facts(await arena.Finish());
        ImmutableArray<Violation> violations = [.. Checker.Check(facts), .. cell.AlsoBroken(facts)];
        return new Trial(
            cell, seed, violations, RowOf(cell, seed, facts, violations.Length, recovery), [.. cell.Measured(facts)],
            violations.IsEmpty ? null : WrittenHistory.Write(cell, seed, arena, facts.Run, violations));
    }

    static string AgainOf(Cell cell, int seed) => AgainOf(cell, seed, Wanted.Time, Wanted.Sessions);

    /// <summary>Includes the time and the sessions, which determine how long calm and how large storms are.</summary>
    public static string AgainOf(Cell cell, int seed, TimeSpan time, int? sessions) =>
        string.Create(CultureInfo.InvariantCulture, $"bench/faults --cell {cell.Name} --seed {seed}")
        + (time > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $" --minutes {time.TotalMinutes}") : "")
        + (sessions is { } many ? string.Create(CultureInfo.InvariantCulture, $" --sessions {many}") : "");

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
