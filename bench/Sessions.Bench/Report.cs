using System.Globalization;
using System.Text;

namespace Sessions.Bench;

/// <summary>The results as Markdown.</summary>
internal static class Report
{
    public static string Table(IReadOnlyList<Series> all)
    {
        var text = new StringBuilder();
        text.AppendLine("| operation | connections | a second | p50 ms | p99 ms | pgbench single | ratio | pgbench pipelined | ratio |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var series in all)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                | {series.Operation} | {series.Connections} | {series.Throughput:N0} | {series.P50.TotalMilliseconds:F2} | {series.P99.TotalMilliseconds:F2} | {Rate(series, RoundTrips.Single)} | {Rate(series, RoundTrips.Pipelined)} |
                """);
        }

        return text.ToString();
    }

    static string Rate(Series series, RoundTrips how) =>
        series.BareThroughput(how) is { } rate && series.Ratio(how) is { } ratio
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:N0} | {ratio:F2}")
            : "– | –";
}
