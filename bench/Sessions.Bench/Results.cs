namespace Sessions.Bench;

/// <summary>Everything that one run measured; parts that were not asked for are null or empty.</summary>
internal sealed record Results(Machine Machine, IReadOnlyList<Series> Throughput)
{
    /// <summary>The slowest of several starts, until ready.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>The server's resident memory after the load, in bytes; null without a load.</summary>
    public long? Memory { get; init; }

    public IReadOnlyList<Footprint> Footprints { get; init; } = [];

    /// <summary>Transactions a second when no client calls.</summary>
    public double? Idle { get; init; }

    public IReadOnlyList<Storm> Storms { get; init; } = [];

    public Lateness? Lateness { get; init; }

    /// <summary>Measures what the options ask for, the heaviest load first and the lightest last.</summary>
    public static async Task<Results> Take(Rig rig, BenchOptions options, CancellationToken cancellation)
    {
        var machine = await Machine.Describe(rig.Cluster, rig.Folder, cancellation);
        var results = new Results(machine, await new Throughput(rig, options).Run(cancellation));
        if (options.Parts.Contains(Part.Footprint))
            results = results with { Footprints = await new Footprints(rig, options).Run(cancellation) };
        if (results.Throughput.Count + results.Footprints.Count > 0)
            results = results with { Memory = rig.Server.ResidentMemory };

        // One node from here on.
        await rig.Stop(rig.SlackServer);
        var expiry = new Expiry(rig);
        if (options.Parts.Contains(Part.Storm))
        {
            results = results with
            {
                Storms = [await expiry.RunStorm(1, cancellation), await expiry.RunStorm(4, cancellation)],
            };
        }

        if (options.Parts.Contains(Part.Idle))
            results = results with { Idle = await new IdleLoad(rig.Cluster).Run(cancellation) };
        if (options.Parts.Contains(Part.Lateness))
        {
            await rig.Stop(rig.Server);
            var server = await rig.StartServer(Expiry.LateSettings, cancellation);
            results = results with { Lateness = await expiry.RunLate(server, cancellation) };
        }

        return results with { Start = rig.SlowestStart };
    }
}
