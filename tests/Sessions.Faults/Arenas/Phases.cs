using System.Globalization;
using Sessions.Faults.History;

namespace Sessions.Faults.Arenas;

/// <summary>How long the clients' requests took, by the phase in which they were sent.</summary>
sealed class Phases(TimeProvider clock)
{
    readonly List<(string Name, long Begin)> begun = [];

    /// <summary>Begins a phase. Phases of the same name are counted together.</summary>
    public void Begin(string name) => begun.Add((name, clock.GetTimestamp()));

    /// <summary>
    /// A table of the requests that a node answered, and of the creations among them. Requests that were turned away or have
    /// an unknown outcome are counted apart: their times say nothing, and without them the other times look better.
    /// </summary>
    public IEnumerable<string> Table(Run run)
    {
        var sent = run.Operations
            .Where(operation => operation.Node != Storms.Storm.Node)
            .ToLookup(operation => begun.LastOrDefault(phase => phase.Begin <= operation.Start).Name);
        yield return "";
        yield return "| at the side | turned away | unknown | answers | p50 | p99 | worst | creations | p50 | p99 | worst |";
        yield return "|---|---|---|---|---|---|---|---|---|---|---|";
        foreach (var phase in begun.Select(phase => phase.Name).Distinct(StringComparer.Ordinal))
        {
            var answered = sent[phase].Where(operation => operation.Answer is not (Answer.TurnedAway or Answer.Unknown));
            yield return $"| {phase} | {Count<Answer.TurnedAway>(sent[phase])} | {Count<Answer.Unknown>(sent[phase])} | {Times(answered)} | "
                + $"{Times(sent[phase].Where(operation => operation is { Asked: Asked.Create, Answer: Answer.Created }))} |";
        }
    }

    static string Count<T>(IEnumerable<Operation> operations)
        where T : Answer =>
        operations.Count(operation => operation.Answer is T).ToString(CultureInfo.InvariantCulture);

    string Times(IEnumerable<Operation> operations)
    {
        var times = operations.Select(operation => clock.GetElapsedTime(operation.Start, operation.End)).Order().ToArray();
        return FormattableString.Invariant(
            $"{times.Length} | {Milliseconds(times, .5)} | {Milliseconds(times, .99)} | {Milliseconds(times, 1)}");
    }

    static string Milliseconds(TimeSpan[] times, double share) =>
        FormattableString.Invariant($"{Quantile.Of(times, share).TotalMilliseconds:0} ms");
}

/// <summary>Shares of ordered times.</summary>
static class Quantile
{
    /// <summary>The time that this share of them does not exceed; zero if there are none.</summary>
    public static TimeSpan Of(TimeSpan[] ordered, double share) =>
        ordered.Length == 0 ? TimeSpan.Zero : ordered[Math.Max((int)Math.Ceiling(ordered.Length * share) - 1, 0)];
}
