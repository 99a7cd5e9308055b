namespace Sessions.Bench.Downloads;

/// <summary>Small files at one number of connections: the rounds of the server, nginx and the web server alone.</summary>
internal sealed record SmallSeries(int Connections, List<Load> Served, List<Load> Bare, List<Load> Plain);

/// <summary>The results of one run of downloads.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Large">Bytes a second and processor time of the server, and nginx's bytes a second, one a round.</param>
/// <param name="Small">The small files.</param>
/// <param name="InParts">How long fetching a file in parts took.</param>
/// <param name="Crowding">What slow readers do to others.</param>
internal sealed record DownloadResults(
    Machine Machine,
    IReadOnlyList<(double Served, TimeSpan ServerTime, double Bare)> Large,
    IReadOnlyList<SmallSeries> Small,
    TimeSpan InParts,
    Crowding Crowding)
{
    /// <summary>Long enough for the JIT to have optimized the code.</summary>
    const int WarmUpSeconds = 15;

    public static async Task<DownloadResults> Take(DownloadRig rig, BenchOptions options, CancellationToken cancellation)
    {
        var machine = await Machine.Describe(rig.Cluster, rig.Folder, cancellation);
        var (large, small) = (new LargeFile(rig), new SmallFiles(rig, options.Scripts));
        Progress.Say("preparing the files");
        await large.Prepare(cancellation);
        await small.Prepare(cancellation);
        Progress.Say("warming up");
        await large.Serve(cancellation);
        await large.Compare(cancellation);
        await small.Serve(options.Connections.Max(), WarmUpSeconds, cancellation);
        await small.Compare(options.Connections.Max(), options.Seconds, cancellation);
        await small.ServePlain(options.Connections.Max(), WarmUpSeconds, cancellation);

        var ofLarge = new List<(double, TimeSpan, double)>();
        SmallSeries[] ofSmall = [.. options.Connections.Select(one => new SmallSeries(one, [], [], []))];
        for (var round = 0; round < options.Rounds; round++)
        {
            ofLarge.Add(await TakeLarge(large, isReversed: round % 2 == 1, cancellation));
            foreach (var (connections, served, bare, plain) in ofSmall)
            {
                if (round % 2 == 1)
                    bare.Add(await small.Compare(connections, options.Seconds, cancellation));
                served.Add(await small.Serve(connections, options.Seconds, cancellation));
                if (round % 2 == 0)
                    bare.Add(await small.Compare(connections, options.Seconds, cancellation));
                plain.Add(await small.ServePlain(connections, options.Seconds, cancellation));
                Progress.Say(
                    $"small files at {connections}: {served[^1].Throughput:F0}/s, nginx {bare[^1].Throughput:F0}/s, "
                    + $"Kestrel alone {plain[^1].Throughput:F0}/s");
            }
        }

        Progress.Say("a file in parts");
        var inParts = await large.FetchInParts(cancellation);
        Progress.Say("slow readers");
        await using var readers = new SlowReaders(rig, large.Link, new Wrk(options.Scripts));
        return new DownloadResults(
            machine, ofLarge, ofSmall, inParts,
            await readers.Run(options.Rounds, options.Seconds, cancellation));
    }

    static async Task<(double Served, TimeSpan ServerTime, double Bare)> TakeLarge(
        LargeFile large, bool isReversed, CancellationToken cancellation)
    {
        var bare = isReversed ? await large.Compare(cancellation) : 0;
        var (served, time) = await large.Serve(cancellation);
        if (!isReversed)
            bare = await large.Compare(cancellation);
        Progress.Say($"large file: {served / 1e6:F0} MB/s, nginx {bare / 1e6:F0} MB/s");
        return (served, time, bare);
    }
}
