using System.Globalization;
using System.Text.Json;

namespace Sessions.Bench;

/// <summary>The results of a load.</summary>
/// <param name="Requests">Requests that were answered with success.</param>
/// <param name="Throughput">Such requests a second.</param>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
internal sealed record Load(long Requests, double Throughput, TimeSpan P50, TimeSpan P99)
{
    /// <summary>The server's processor time for each request.</summary>
    public TimeSpan ServerTime { get; init; }

    /// <summary>PostgreSQL's processor time for each request, including its background processes'.</summary>
    public TimeSpan DatabaseTime { get; init; }
}

/// <summary>A delete had no session left to delete, so the run does not count.</summary>
internal sealed class RanOutException() : Exception("The sessions ran out.");

/// <summary>Loads a server with wrk.</summary>
internal sealed class Wrk(string scripts)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="server">The server.</param>
    /// <param name="operation">The operation to call.</param>
    /// <param name="token">The caller's token.</param>
    /// <param name="subject">The item, or the file of ids.</param>
    /// <param name="connections">How many callers, each with one request at a time.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidOperationException">A request failed, or a connection broke.</exception>
    /// <exception cref="RanOutException">There were too few ids.</exception>
    public async Task<Load> Run(
        Server server, Operation operation, string token, string subject, int connections, int seconds,
        CancellationToken cancellation)
    {
        var threads = Number(Math.Min(2, connections));
        var output = await ChildProcess.Run(
            "wrk",
            ["-t", threads, "-c", Number(connections), "-d", $"{Number(seconds)}s",
                "-s", Path.Combine(scripts, "wrk", "sessions.lua"), server.Url.AbsoluteUri,
                "--", operation.Request, token, threads, subject],
            environment: null,
            cancellation);
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith('{'))
            ?? throw new InvalidOperationException($"wrk printed no summary: {output}");
        var summary = JsonSerializer.Deserialize<Summary>(line, Json)!;
        if (summary.RanOut)
            throw new RanOutException();
        if (summary.Refused + summary.Broken > 0 || summary.Requests == 0)
            throw new InvalidOperationException(
                $"{operation} at {connections} connections: {summary.Refused} answers were errors and "
                + $"{summary.Broken} connections failed, of {summary.Requests} requests.\n{server.Printed}");
        return new Load(
            summary.Requests,
            summary.Requests / (summary.Micros / 1e6),
            TimeSpan.FromMicroseconds(summary.P50),
            TimeSpan.FromMicroseconds(summary.P99));
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    sealed record Summary(
        long Requests, long Micros, long P50, long P99, long Refused, long Broken, bool RanOut);
}
