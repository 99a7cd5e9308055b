using System.Globalization;

namespace Sessions.Bench.Past;

/// <summary>The results of the record as Markdown.</summary>
internal static class PastReport
{
    const double ProjectedLeast = 100_000;
    const double CopyRatioLeast = 0.5;
    const double VerifiedLeast = 200_000;
    const double LossMost = 10;
    const double MemoryGrowthMost = 0.25;
    static readonly TimeSpan PageMost = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan StateMost = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan BehindMost = TimeSpan.FromSeconds(2);

    public static string Write(PastResults results, BenchOptions options)
    {
        var text = new Markdown();
        var day = TimeProvider.System.GetUtcNow();
        text.Line($"Version {options.Version}, {day:yyyy-MM-dd}; {results.Events:N0} events of {options.Sessions:N0} sessions.");
        text.Table(["machine", ""], results.Machine.Lines.Select(line => new[] { line.What, line.Is }));
        text.Table(
            ["all events", "seconds:", "events a second:"],
            [
                Row("COPY out, and in again into a table like the log", results.Copy.Indexed, results.Events),
                Row("of that, before its key and its index", results.Copy.Bare, results.Events),
                Row("the audit trail from zero", results.Rebuild.Took, results.Events),
                Row("sealed", results.Sealing, results.Events),
                Row("seals verified", results.Verifying, results.Events),
            ]);
        text.Table(
            ["audit by", "first page, ms:", "deepest page:", "that page, ms:", "slowest on the way, ms:"],
            results.Pages.Select(page => new[]
            {
                page.Question, Ms(page.First), page.Number.ToString("N0", CultureInfo.InvariantCulture), Ms(page.Last),
                Ms(page.Slowest),
            }));
        text.Table(
            ["figure", "goal:", "measured:", ""],
            Goals(results).Select(goal => new[] { goal.Figure, goal.Wanted, goal.Measured, goal.Met ? "met" : "**NOT met**" }));
        return text.ToString();
    }

    static IEnumerable<Goal> Goals(PastResults results)
    {
        foreach (var page in results.Pages)
        {
            yield return Goal.Below($"audit by {page.Question}, first page", page.First, PageMost);
            yield return Goal.Below(Text($"audit by {page.Question}, page {page.Number:N0}"), page.Last, PageMost);
        }

        yield return Goal.AtLeast(
            "projection from zero, events a second", results.Events / results.Rebuild.Took.TotalSeconds, ProjectedLeast, "N0", "");
        yield return Goal.AtLeast(
            Text($"projection from zero with its six indexes, to COPY of the log into a table like it ({results.Copy.Bare / results.Rebuild.Took:F2} × into one without any)"),
            results.Copy.Indexed / results.Rebuild.Took, CopyRatioLeast, "F2", " ×");
        var (_, early, peak) = results.Rebuild;
        yield return Goal.AtMost(
            Text($"growth of memory from a tenth of the way to the peak ({MiB(early)} to {MiB(peak)} MiB)"),
            100 * ((double)peak / early - 1), 100 * MemoryGrowthMost, "F0", " %");
        yield return Goal.Below(
            Text($"the state of a session at a time, 99 of 100 (half of them: {Ms(results.States.P50)} ms, the slowest of 1,000: {Ms(results.States.Slowest)} ms, the ten slowest again: {Ms(results.States.SlowestAgain)} ms at most)"),
            results.States.P99, StateMost);
        yield return Goal.AtLeast(
            "verify of seals, events a second", results.Events / results.Verifying.TotalSeconds, VerifiedLeast, "N0", "");
        var losses = results.Foreground.Losses;
        yield return Goal.AtMost(
            Text($"loss of creates beside audit and seals ({losses.Count} pairs, half of them between {losses[losses.Count / 4]:F1} and {losses[losses.Count * 3 / 4]:F1} %; {results.Foreground.With.Average():N0}/s with, {results.Foreground.Without.Average():N0}/s without)"),
            results.Foreground.Loss, LossMost, "F1", " %");
        yield return Goal.Below("lag under full write load, the most", results.Lagging.Most, BehindMost);
        yield return new Goal(
            "behind that load", "catches up by itself", Text($"in {results.Lagging.CaughtUpIn.TotalSeconds:F1} s"), Met: true);
    }

    static string[] Row(string what, TimeSpan took, long events) =>
    [
        what,
        took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
        (events / took.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture),
    ];

    static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);

    static long MiB(long bytes) => bytes / 1024 / 1024;

    static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);
}
