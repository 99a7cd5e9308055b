using System.Globalization;
using Sessions.Faults.Arenas;
using Sessions.Faults.History;
using Sessions.Storage.Log;

namespace Sessions.Faults.Matrix;

/// <summary>Keeps the history of a run that went wrong, because its seed does not reproduce it.</summary>
static class WrittenHistory
{
    /// <summary>How long to wait for the log of a database that may itself be what went wrong.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Writes down a whole run; returns the file.</summary>
    public static string Write(Cell cell, int seed, Arena arena, Run run, IEnumerable<Checking.Violation> violations) => Write(
        cell, seed, arena, violations.Select(violation => $"- {violation.Promise}: {violation.What}"), run.Operations, run.Log.Select(TextOf));

    /// <summary>Writes down as much as there is of a run that could not be finished; returns the file.</summary>
    public static async Task<string> Write(Cell cell, int seed, Arena arena, Exception failed) =>
        Write(cell, seed, arena, [$"{failed}"], arena.Operations, await LogOf(arena));

    static string Write(
        Cell cell, int seed, Arena arena, IEnumerable<string> wrong, IEnumerable<Operation> operations, IEnumerable<string> log)
    {
        var file = Path.Combine(
            Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"sessions-faults-{cell.Name}-{seed}-{Guid.CreateVersion7():N}.txt"));
        File.WriteAllLines(
            file,
            [
                .. wrong,
                "", "Requests, with their trace ids, by the time of their start:", "",
                .. operations.OrderBy(operation => operation.Start)
                    .Select(operation => string.Create(CultureInfo.InvariantCulture, $"{operation.Start} to {operation.End} {operation.TraceId} {operation}")),
                "", "The log:", "",
                .. log,
                .. arena.Nodes.SelectMany(node => new[] { "", $"What {node.Name} has printed since its last start:", "", node.Printed }),
            ]);
        return file;
    }

    static async Task<IEnumerable<string>> LogOf(Arena arena)
    {
        try
        {
            return (await new Records(arena.Database).Log().WaitAsync(Patience, arena.Clock)).Select(TextOf);
        }
        catch (Exception away)
        {
            return [$"It cannot be read: {away.Message}"];
        }
    }

    static string TextOf(RecordedEvent recorded) => recorded.ToString();
}
