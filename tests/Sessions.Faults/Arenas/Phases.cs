using System.Globalization;
using Sessions.Faults.History;

namespace Sessions.Faults.Arenas;

/// <summary>How long the clients' requests took, by what was going on when they were sent.</summary>
sealed class Phases(TimeProvider clock)
{
    readonly List<(string Name, long Begin)> begun = [];

    /// <summary>From now on this is going on. What goes on again is counted together with itself.</summary>
    public void Begin(string name) => begun.Add((name, clock.GetTimestamp()));

    /// <summary>
    /// A table of all that was answered by a node, and of the creations among it. What was turned away, or has an unknown
    /// end, took no time that says anything, and is counted beside: times are the better for everybody who got none.
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
    /// <summary>So large a share of them is no greater than this; zero if there are none.</summary>
    public static TimeSpan Of(TimeSpan[] ordered, double share) =>
        ordered.Length == 0 ? TimeSpan.Zero : ordered[Math.Max((int)Math.Ceiling(ordered.Length * share) - 1, 0)];
}
