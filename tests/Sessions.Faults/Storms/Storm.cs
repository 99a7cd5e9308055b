namespace Sessions.Faults.Storms;

/// <summary>What all falls due at the same moment, and what happens meanwhile.</summary>
/// <param name="Healthy">How many sessions whose leases end together.</param>
/// <param name="Poison">How many more whose messages can never be carried out.</param>
/// <param name="IsRestarted">Whether every node is killed in the middle, one after the other, and started again.</param>
sealed record Storm(int Healthy, int Poison = 0, bool IsRestarted = false);

/// <summary>What became of a storm.</summary>
/// <param name="Storm">Which.</param>
/// <param name="Lateness">From each lease's promised end to its expiry, in order.</param>
/// <param name="DeadLetters">How many messages were given up.</param>
/// <param name="Before">How long the foreground's requests took before it, in order.</param>
/// <param name="During">How long while it was on.</param>
/// <param name="After">How long behind it.</param>
sealed record Outcome(
    Storm Storm, TimeSpan[] Lateness, long DeadLetters, TimeSpan[] Before, TimeSpan[] During, TimeSpan[] After)
{
    /// <summary>The head of a table of storms. Times are in seconds for the storm, in milliseconds for the foreground.</summary>
    public const string Head =
        "| storm | drained in | late: median | 90 % | 99 % | worst | dead letters | foreground p99 before | during | after |\n"
        + "|---|---|---|---|---|---|---|---|---|---|";

    /// <summary>Until the last healthy session was expired.</summary>
    public TimeSpan Drained => Lateness[^1];

    /// <summary>The share of a storm's lateness below which so many of its sessions were.</summary>
    public static TimeSpan Quantile(TimeSpan[] ordered, double share) =>
        ordered.Length == 0 ? TimeSpan.Zero : ordered[(int)((ordered.Length - 1) * share)];

    /// <summary>A row of the table.</summary>
    public string Row => FormattableString.Invariant(
        $"| {Storm.Healthy} due{(Storm.Poison > 0 ? $", {Storm.Poison} of poison" : "")}{(Storm.IsRestarted ? ", restart" : "")} | {Drained.TotalSeconds:0.0} s | {Late(.5)} | {Late(.9)} | {Late(.99)} | {Late(1)} | {DeadLetters} | {P99(Before)} | {P99(During)} | {P99(After)} |");

    string Late(double share) => FormattableString.Invariant($"{Quantile(Lateness, share).TotalSeconds:0.00} s");

    static string P99(TimeSpan[] times) =>
        FormattableString.Invariant($"{Quantile(times, .99).TotalMilliseconds:0} ms of {times.Length}");
}
