using System.Diagnostics;
using System.Text.Json;

namespace Sessions.Bench.Past;

/// <summary>How long the pages of one query take.</summary>
/// <param name="Question">The query.</param>
/// <param name="First">The first page, the slowest of several.</param>
/// <param name="Last">The page numbered <paramref name="Number"/>, the slowest of several.</param>
/// <param name="Number">The number of the deepest page.</param>
/// <param name="Slowest">The slowest of all pages on the way there.</param>
internal sealed record PageTimes(string Question, TimeSpan First, TimeSpan Last, int Number, TimeSpan Slowest);

/// <summary>Queries the audit trail as an auditor does, page after page, over HTTP.</summary>
internal sealed class AuditPages(Server server, string token, PastMonth month)
{
    const int Deep = 1000;
    const int Times = 5;
    const int WarmUp = 40;

    static readonly string[] Columns = ["owner", "item", "actor and time", "type and reason"];

    /// <summary>Runs each query down to its thousandth page, or to its last.</summary>
    public async Task<IReadOnlyList<PageTimes>> Take(CancellationToken cancellation)
    {
        var (from, to) = (month.Now - (PastMonth.Length * 0.9), month.Now - (PastMonth.Length * 0.1));
        string[] questions =
        [
            $"owner={PastMonth.Owner(0)}",
            $"item={PastMonth.Item(0)}",
            $"actor={PastMonth.Owner(0)}&from={from:yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}",
            "type=session_expired&reason=complete",
        ];
        // Warms up, so that the JIT has optimized the server's code.
        for (var i = 0; i < WarmUp; i++)
            await Ask("/api/audit/events?limit=100&" + questions[i % questions.Length], cancellation);
        var times = new List<PageTimes>();
        foreach (var (column, question) in Columns.Zip(questions))
        {
            times.Add(await Walk(column, "/api/audit/events?limit=100&" + question, cancellation));
            Progress.Say($"audit by {column}: page 1 {times[^1].First.TotalMilliseconds:F1} ms, "
                + $"page {times[^1].Number} {times[^1].Last.TotalMilliseconds:F1} ms");
        }

        return times;
    }

    async Task<PageTimes> Walk(string question, string path, CancellationToken cancellation)
    {
        var first = await Slowest(path, cancellation);
        var (number, slowest, here) = (1, TimeSpan.Zero, path);
        var (took, next) = await Ask(here, cancellation);
        while (next is not null && number < Deep)
        {
            here = $"{path}&cursor={next}";
            (took, next) = await Ask(here, cancellation);
            number++;
            slowest = took > slowest ? took : slowest;
        }

        return new PageTimes(question, first, await Slowest(here, cancellation), number, slowest);
    }

    async Task<TimeSpan> Slowest(string path, CancellationToken cancellation)
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Times; i++)
        {
            var (took, _) = await Ask(path, cancellation);
            slowest = took > slowest ? took : slowest;
        }

        return slowest;
    }

    async Task<(TimeSpan Took, string? Next)> Ask(string path, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await server.Send(HttpMethod.Get, path, token, json: null, cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        using var page = JsonDocument.Parse(answer);
        return (took, page.RootElement.TryGetProperty("next_cursor", out var next) ? next.GetString() : null);
    }
}
