using System.Globalization;
using System.Text.RegularExpressions;

namespace Sessions.Bench;

/// <summary>How much was written to PostgreSQL's write-ahead log during a load.</summary>
/// <param name="Own">
/// Bytes of the transactions that wrote events, and of records outside transactions, without full-page images.
/// </param>
/// <param name="Following">The same of all other transactions, nearly all of which are the followers'.</param>
/// <param name="Images">Bytes of full-page images, of both.</param>
internal readonly partial record struct WriteAheadLog(long Own, long Following, long Images)
{
    /// <summary>Has PostgreSQL's own tool report the length and the transaction of each record.</summary>
    /// <param name="cluster">The cluster that wrote it.</param>
    /// <param name="start">The position before it.</param>
    /// <param name="end">The position after it.</param>
    /// <param name="writers">The transactions that wrote events in between.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<WriteAheadLog> Read(
        Cluster cluster, string start, string end, IReadOnlySet<uint> writers, CancellationToken cancellation)
    {
        var read = default(WriteAheadLog);
        if (start == end)
            return read;

        string[] stretch = ["-p", cluster.LogFolder, "-s", start, "-e", end];
        await foreach (var line in ChildProcess.Lines(Path.Combine(cluster.Programs, "pg_waldump"), stretch, environment: null, cancellation))
        {
            if (Record().Match(line) is not { Success: true } record)
                continue;
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
        @"len \(rec/tot\): +(?<bytes>\d+)/ *(?<all>\d+), tx: +(?<transaction>\d+),", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Record();
}
