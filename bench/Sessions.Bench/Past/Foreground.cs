namespace Sessions.Bench.Past;

/// <summary>What following the log costs callers who create sessions.</summary>
/// <param name="With">Creates a second beside the audit trail, activity and seals, one figure a round.</param>
/// <param name="Without">The same without followers.</param>
internal sealed record Foreground(IReadOnlyList<double> With, IReadOnlyList<double> Without)
{
    public const int Connections = 64;

    /// <summary>How long a server creates before it counts, so that the JIT has optimized its code.</summary>
    public const int WarmUpSeconds = 8;

    /// <summary>How many pairs are measured by default: one pair differs from the next by more than a tenth.</summary>
    public const int Pairs = 20;

    /// <summary>The loss of throughput in each pair, in percent, the least first.</summary>
    public IReadOnlyList<double> Losses => [.. With.Zip(Without, (with, without) => 100 * (1 - (with / without))).Order()];

    /// <summary>
    /// The loss over all pairs, in percent. The order within a pair matters as much as the followers, so a median over pairs
    /// of both orders would say little.
    /// </summary>
    public double Loss => 100 * (1 - (With.Average() / Without.Average()));

    /// <summary>Runs pairs with and without followers, in alternating order, each run on a new server.</summary>
    public static async Task<Foreground> Take(PastRig rig, BenchOptions options, CancellationToken cancellation)
    {
        var (with, without) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var follows in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                await using var server = await rig.StartServer(follows, cancellation);
                if (follows)
                    await rig.Followers.UntilCaughtUp(cancellation);
                await rig.Create(server, Connections, WarmUpSeconds, cancellation);
                if (follows)
                    await rig.Followers.UntilCaughtUp(cancellation);
                await rig.Cluster.Checkpoint(cancellation);

                var load = await rig.Create(server, Connections, options.Seconds, cancellation);
                (follows ? with : without).Add(load.Throughput);
                Progress.Say($"creates {(follows ? "with" : "without")} followers: {load.Throughput:F0}/s");
            }
        }

        return new Foreground(with, without);
    }
}
