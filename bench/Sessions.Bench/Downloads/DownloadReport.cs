using System.Globalization;

namespace Sessions.Bench.Downloads;

/// <summary>The results of downloads as Markdown.</summary>
internal static class DownloadReport
{
    const int Crowd = 64;
    const double LargeRatioLeast = 0.8;
    const double SmallRatioLeast = 0.5;
    const double CreateP99Most = 2;
    const double MemoryGrowthMost = 0.1;

    public static string Write(DownloadResults results, BenchOptions options)
    {
        var text = new Markdown();
        var day = TimeProvider.System.GetUtcNow();
        text.Line($"Version {options.Version}, {day:yyyy-MM-dd}; runs of {options.Seconds} s, medians of {options.Rounds}.");
        text.Table(["machine", ""], results.Machine.Lines.Select(line => new[] { line.What, line.Is }));
        text.Table(
            ["download", "connections:", "here:", "nginx:", "ratio (least–most):", "Kestrel alone:", "p50 ms:", "p99 ms:", "server's µs:",
                "PostgreSQL's:", "nginx's:", "Kestrel's alone:"],
            [Large(results.Large), .. results.Small.Select(Small)]);
        text.Table(
            ["figure", "goal:", "measured:", ""],
            Goals(results).Select(goal => new[] { goal.Figure, goal.Wanted, goal.Measured, goal.Met ? "met" : "**NOT met**" }));
        return text.ToString();
    }

    static IEnumerable<Goal> Goals(DownloadResults results)
    {
        yield return Goal.AtLeast(
            "1 GiB file by one connection, to nginx", Median.Of(LargeRatios(results.Large)), LargeRatioLeast, "F2", " ×");
        foreach (var series in results.Small.Where(series => series.Connections == Crowd))
        {
            yield return Goal.AtLeast(
                $"files of 64 KiB at {Crowd} connections, to nginx", Median.Of(SmallRatios(series)), SmallRatioLeast, "F2", " ×");
        }

        yield return new Goal(
            "2 GiB file by Range from 8 connections", "equal SHA256", Text($"equal, {results.InParts.TotalSeconds:F1} s"), Met: true);
        var crowding = results.Crowding;
        yield return Goal.AtMost(
            Text($"a create's p99 beside {crowding.Readers} slow readers ({P99(crowding.Beside):F1} ms), to that without ({P99(crowding.Alone):F1} ms)"),
            crowding.Slowdown, CreateP99Most, "F2", " ×");
        yield return Goal.AtMost(
            Text($"growth of memory in a minute while they read ({MiB(crowding.MemoryFirst)} to {MiB(crowding.MemoryLast)} MiB, {MiB(crowding.MemoryBefore)} before they came)"),
            (100.0 * crowding.MemoryLast / crowding.MemoryFirst) - 100, 100 * MemoryGrowthMost, "F1", " %");
    }

    static string[] Large(IReadOnlyList<(double Served, TimeSpan ServerTime, double Bare)> rounds) =>
    [
        "1 GiB", "1",
        Text($"{Median.Of(rounds.Select(round => round.Served)) / 1e6:N0} MB/s"),
        Text($"{Median.Of(rounds.Select(round => round.Bare)) / 1e6:N0} MB/s"),
        Ratio(LargeRatios(rounds)), "–", "–", "–",
        Text($"{Median.Of(rounds.Select(round => round.ServerTime.TotalMicroseconds)):N0}"), "–", "–", "–",
    ];

    static string[] Small(SmallSeries series) =>
    [
        "64 KiB",
        Text($"{series.Connections}"),
        Text($"{Median.Of(series.Served.Select(load => load.Throughput)):N0}/s"),
        Text($"{Median.Of(series.Bare.Select(load => load.Throughput)):N0}/s"),
        Ratio(SmallRatios(series)),
        Text($"{Median.Of(series.Plain.Select(load => load.Throughput)):N0}/s"),
        Text($"{Median.Of(series.Served.Select(load => load.P50.TotalMilliseconds)):F2}"),
        Text($"{Median.Of(series.Served.Select(load => load.P99.TotalMilliseconds)):F2}"),
        Text($"{Median.Of(series.Served.Select(load => load.ServerTime.TotalMicroseconds)):F0}"),
        Text($"{Median.Of(series.Served.Select(load => load.DatabaseTime.TotalMicroseconds)):F0}"),
        Text($"{Median.Of(series.Bare.Select(load => load.ServerTime.TotalMicroseconds)):F0}"),
        Text($"{Median.Of(series.Plain.Select(load => load.ServerTime.TotalMicroseconds)):F0}"),
    ];

    static double[] LargeRatios(IEnumerable<(double Served, TimeSpan ServerTime, double Bare)> rounds) =>
        [.. rounds.Select(round => round.Served / round.Bare)];

    static double[] SmallRatios(SmallSeries series) =>
        [.. series.Served.Zip(series.Bare, (served, bare) => served.Throughput / bare.Throughput)];

    static string Ratio(double[] ratios) => Text($"{Median.Of(ratios):F2} ({ratios.Min():F2}–{ratios.Max():F2})");

    static double P99(IReadOnlyList<Load> loads) => Median.Of(loads.Select(load => load.P99.TotalMilliseconds));

    static long MiB(long bytes) => bytes / 1024 / 1024;

    static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);
}
