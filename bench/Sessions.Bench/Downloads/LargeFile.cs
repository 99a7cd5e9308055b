using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Npgsql;

namespace Sessions.Bench.Downloads;

/// <summary>A large file: whole by one connection, and in parts by eight.</summary>
internal sealed class LargeFile(DownloadRig rig)
{
    const int Parts = 8;

    static readonly TimeSpan RecordMax = TimeSpan.FromSeconds(30);

    Uri? link;

    public Uri Link => link ?? throw new InvalidOperationException("Not prepared.");

    public async Task Prepare(CancellationToken cancellation) =>
        link = await rig.Prepare(
            await rig.Begin(DownloadContent.LargeItem, cancellation), DownloadContent.LargeFile, cancellation);

    /// <summary>Bytes a second, and the server's processor time for each file.</summary>
    public async Task<(double Rate, TimeSpan ServerTime)> Serve(CancellationToken cancellation)
    {
        var before = rig.Server.ProcessorTime;
        var rate = await Fetch(Link, cancellation);
        return (rate, rig.Server.ProcessorTime - before);
    }

    public Task<double> Compare(CancellationToken cancellation) =>
        Fetch(rig.Bare(DownloadContent.LargeItem, DownloadContent.LargeFile), cancellation);

    /// <summary>
    /// Fetches the larger file by ranges, each over its own connection at once; returns how long it took.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The bytes are not those of the file, or not all parts are on record.
    /// </exception>
    public async Task<TimeSpan> FetchInParts(CancellationToken cancellation)
    {
        var session = await rig.Begin(DownloadContent.PartedItem, cancellation);
        var parted = await rig.Prepare(session, DownloadContent.PartedFile, cancellation);
        var path = Path.Combine(rig.Folder, "fetched");
        var started = Stopwatch.GetTimestamp();
        using (var fetched = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var tasks = Enumerable.Range(0, Parts).Select(part => FetchPart(parted, part, fetched, cancellation));
            await Task.WhenAll(tasks);
        }

        var took = Stopwatch.GetElapsedTime(started);
        var source = DownloadContent.PathOf(rig.Root, DownloadContent.PartedItem, DownloadContent.PartedFile);
        var (wanted, got) = (await Hash(source, cancellation), await Hash(path, cancellation));
        if (got != wanted)
            throw new InvalidOperationException("The file that was fetched in parts is another one.");
        File.Delete(path);
        await UntilRecorded(session, cancellation);
        return took;
    }

    static async Task FetchPart(
        Uri parted, int part, SafeFileHandle fetched, CancellationToken cancellation)
    {
        const long size = DownloadContent.PartedSize / Parts;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, parted);
        request.Headers.Range = new RangeHeaderValue(part * size, ((part + 1) * size) - 1);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var chunk = new byte[1 << 20];
        for (var at = part * size; await body.ReadAsync(chunk, cancellation) is > 0 and var count; at += count)
            await RandomAccess.WriteAsync(fetched, chunk.AsMemory(0, count), at, cancellation);
    }

    /// <summary>Waits for the record of all parts, which is written after the bytes are sent.</summary>
    async Task UntilRecorded(string session, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            await using var command = rig.Cluster.Served.CreateCommand("""
                select count(*) from event_store.events where stream_id = $1 and type = 'file_transferred'
                """);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(session) });
            if ((long)(await command.ExecuteScalarAsync(cancellation))! == Parts)
                return;
            if (Stopwatch.GetElapsedTime(started) > RecordMax)
                throw new InvalidOperationException("The parts were not all recorded.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    static async Task<string> Hash(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellation));
    }

    /// <summary>Downloads with curl, which discards the bytes and reports the rate.</summary>
    static async Task<double> Fetch(Uri uri, CancellationToken cancellation)
    {
        var output = await ChildProcess.Run(
            "curl", ["--silent", "--fail", "--output", "/dev/null", "--write-out", "%{size_download} %{speed_download}", uri.AbsoluteUri],
            environment: null, cancellation);
        double[] figures = [.. output.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return figures[0] == DownloadContent.LargeSize
            ? figures[1]
            : throw new InvalidOperationException($"curl got {figures[0]} bytes.");
    }
}
