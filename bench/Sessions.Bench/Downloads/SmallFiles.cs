using System.Globalization;
using System.Text.Json;

namespace Sessions.Bench.Downloads;

/// <summary>Many small files, which a given number of callers get in turn with wrk.</summary>
internal sealed class SmallFiles(DownloadRig rig, string scripts)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    string ServedPaths => Path.Combine(rig.Folder, "served.paths");

    string BarePaths => Path.Combine(rig.Folder, "bare.paths");

    /// <summary>Prepares a session on each item, a link to each file, and the file's URL at nginx.</summary>
    public async Task Prepare(CancellationToken cancellation)
    {
        var (served, bare) = (new List<string>(), new List<string>());
        for (var number = 0; number < DownloadContent.SmallItems; number++)
        {
            var item = DownloadContent.SmallItem(number);
            var session = await rig.Begin(item, cancellation);
            for (var file = 0; file < DownloadContent.SmallFilesOfItem; file++)
            {
                var name = DownloadContent.SmallFile(file);
                served.Add((await rig.Prepare(session, name, cancellation)).AbsolutePath);
                bare.Add(rig.Bare(item, name).AbsolutePath);
            }
        }

        await File.WriteAllLinesAsync(ServedPaths, served, cancellation);
        await File.WriteAllLinesAsync(BarePaths, bare, cancellation);
    }

    public Task<Load> Serve(int connections, int seconds, CancellationToken cancellation) =>
        Run(rig.Server.Url, ServedPaths, connections, seconds, () => rig.Server.ProcessorTime, cancellation);

    public Task<Load> Compare(int connections, int seconds, CancellationToken cancellation) =>
        Compare(rig.Nginx, connections, seconds, cancellation);

    /// <summary>Measures the same with the web server alone.</summary>
    public Task<Load> ServePlain(int connections, int seconds, CancellationToken cancellation) =>
        Compare(rig.Plain, connections, seconds, cancellation);

    Task<Load> Compare(FileServer files, int connections, int seconds, CancellationToken cancellation) =>
        Run(files.Url, BarePaths, connections, seconds, () => files.ProcessorTime, cancellation);

    /// <exception cref="InvalidOperationException">A request failed, or an answer was incomplete.</exception>
    async Task<Load> Run(
        Uri url, string paths, int connections, int seconds, Func<TimeSpan> processors, CancellationToken cancellation)
    {
        var threads = Number(Math.Min(2, connections));
        var (own, database) = (processors(), rig.Cluster.ProcessorTime);
        var output = await ChildProcess.Run(
            "wrk",
            ["-t", threads, "-c", Number(connections), "-d", $"{Number(seconds)}s",
                "-s", Path.Combine(scripts, "wrk", "downloads.lua"), url.AbsoluteUri, "--", threads, paths],
            environment: null,
            cancellation);
        (own, database) = (processors() - own, rig.Cluster.ProcessorTime - database);
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith('{'))
            ?? throw new InvalidOperationException($"wrk printed no summary: {output}");
        var summary = JsonSerializer.Deserialize<Summary>(line, Json)!;
        if (summary.Refused + summary.Broken > 0 || summary.Bytes < summary.Requests * DownloadContent.SmallSize)
            throw new InvalidOperationException($"Not all answers were whole files: {line}\n{rig.Server.Printed}");
        return new Load(
            summary.Requests,
            summary.Requests / (summary.Micros / 1e6),
            TimeSpan.FromMicroseconds(summary.P50),
            TimeSpan.FromMicroseconds(summary.P99))
        {
            ServerTime = own / summary.Requests,
            DatabaseTime = database / summary.Requests,
        };
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    sealed record Summary(long Requests, long Micros, long Bytes, long P50, long P99, long Refused, long Broken);
}
