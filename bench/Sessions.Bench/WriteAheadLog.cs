using System.Globalization;
using System.Text.RegularExpressions;

namespace Sessions.Bench;

/// <summary>How much was written to PostgreSQL's write-ahead log in a while.</summary>
/// <param name="Own">
/// Bytes of the transactions that wrote events, and of what PostgreSQL does in none, without images of full pages.
/// </param>
/// <param name="Following">The same of all other transactions: those that follow the log of events.</param>
/// <param name="Images">The images of full pages, of both.</param>
internal readonly partial record struct WriteAheadLog(long Own, long Following, long Images)
{
    /// <summary>Lets PostgreSQL's own tool say of each record how long it is and whose.</summary>
    /// <param name="cluster">Where it was written.</param>
    /// <param name="start">The position before.</param>
    /// <param name="end">The position behind.</param>
    /// <param name="writers">The transactions that wrote events in between.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<WriteAheadLog> Read(
        Cluster cluster, string start, string end, IReadOnlySet<uint> writers, CancellationToken cancellation)
    {
        var read = default(WriteAheadLog);
        if (start == end)
            return read;

        var output = await ChildProcess.Run(
            Path.Combine(cluster.Programs, "pg_waldump"),
            ["-p", cluster.LogFolder, "-s", start, "-e", end],
            environment: null,
            cancellation);
        foreach (Match record in Record().Matches(output))
        {
            var (bytes, withImages) = (Number(record, "bytes"), Number(record, "all"));
            var transaction = (uint)Number(record, "transaction");
            read = transaction == 0 || writers.Contains(transaction)
                ? read with { Own = read.Own + bytes }
                : read with { Following = read.Following + bytes };
            read = read with { Images = read.Images + withImages - bytes };
        }

        return read;
    }

    static long Number(Match record, string group) =>
        long.Parse(record.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"len \(rec/tot\): +(?<bytes>\d+)/ *(?<all>\d+), tx: +(?<transaction>\d+),", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Record();
}
