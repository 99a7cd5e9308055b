namespace Sessions.Bench;

/// <summary>The results as Markdown.</summary>
internal sealed class Report(Results results, BenchOptions options)
{
    readonly Markdown text = new();

    public static string Write(Results results, BenchOptions options) => new Report(results, options).Write();

    string Write()
    {
        var day = TimeProvider.System.GetUtcNow();
        var without = options.Follow ? "" : "; the servers do not follow the log";
        text.Line($"Version {options.Version}, {day:yyyy-MM-dd}; runs of {options.Seconds} s, medians of {options.Rounds}{without}.");
        text.Table(["machine", ""], results.Machine.Lines.Select(line => new[] { line.What, line.Is }));
        if (results.Throughput.Count > 0)
        {
            text.Table(
                ["operation", "connections:", "calls a second:", "p50 ms:", "p99 ms:", "pgbench single:",
                    "ratio (least–most):", "pgbench pipelined:", "ratio (least–most):", "server's µs a call:",
                    "PostgreSQL's:"],
                results.Throughput.Select(Row));
        }

        if (results.Footprints.Count > 0)
        {
            text.Table(
                ["operation", "calls:", "events:", "WAL bytes a call:", "of what follows it:",
                    "full-page images, bytes a call:", "HOT updates of streams:"],
                results.Footprints.Select(Row));
        }

        text.Table(
            ["figure", "goal:", "measured:", ""],
            Goal.Of(results).Select(goal => new[]
                { goal.Figure, goal.Wanted, goal.Measured, goal.Met ? "met" : "**NOT met**" }));
        return text.ToString();
    }

    static string[] Row(Series series) =>
    [
        series.Operation.Name,
        Text($"{series.Connections}"),
        Text($"{series.Throughput:N0}"),
        Text($"{series.P50.TotalMilliseconds:F2}"),
        Text($"{series.P99.TotalMilliseconds:F2}"),
        .. Compared(series, RoundTrips.Single),
        .. Compared(series, RoundTrips.Pipelined),
        Text($"{series.ServerTime.TotalMicroseconds:F0}"),
        Text($"{series.DatabaseTime.TotalMicroseconds:F0}"),
    ];

    static string[] Compared(Series series, RoundTrips how) =>
        series.BareThroughput(how) is { } rate
        && series.Ratio(how) is { } ratio
        && series.RatioRange(how) is var (least, most)
            ? [Text($"{rate:N0}"), least < most ? Text($"{ratio:F2} ({least:F2}–{most:F2})") : Text($"{ratio:F2}")]
            : ["–", "–"];

    static string[] Row(Footprint footprint) =>
    [
        footprint.Operation.Name,
        Text($"{footprint.Calls:N0}"),
        Text($"{footprint.Events:N0}"),
        Text($"{footprint.OwnBytesPerCall:F0}"),
        Text($"{footprint.FollowingBytesPerCall:F0}"),
        Text($"{footprint.ImageBytesPerCall:F0}"),
        footprint.HotShare is { } hot ? Text($"{100 * hot:F1} %") : "–",
    ];

    static string Text(FormattableString value) => FormattableString.Invariant(value);
}
