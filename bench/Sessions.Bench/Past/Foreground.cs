using System.Diagnostics;

namespace Sessions.Bench.Past;

/// <summary>What following the log costs those who create sessions, and how far it is behind meanwhile.</summary>
/// <param name="With">Creates a second beside the audit trail, activity and seals, one a round.</param>
/// <param name="Without">The same with nobody following the log.</param>
/// <param name="MostBehind">The age of the oldest event that some follower had not dealt with, at its worst.</param>
/// <param name="CaughtUpIn">How long all of them took to catch up when the load was over, at the longest.</param>
internal sealed record Foreground(
    IReadOnlyList<double> With, IReadOnlyList<double> Without, TimeSpan MostBehind, TimeSpan CaughtUpIn)
{
    const int Connections = 64;

    /// <summary>How long a server creates before it counts: until its code is compiled as it stays.</summary>
    const int WarmUpSeconds = 8;

    /// <summary>How many pairs are measured, unless the command line says otherwise: one differs from the next by more than a tenth.</summary>
    public const int Pairs = 20;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>The loss of throughput in each pair, in percent, the least first.</summary>
    public IReadOnlyList<double> Losses => [.. With.Zip(Without, (with, without) => 100 * (1 - (with / without))).Order()];

    /// <summary>
    /// The loss of all, in percent. The order within a pair matters as much as the followers, so the median of pairs of both
    /// orders would say little.
    /// </summary>
    public double Loss => 100 * (1 - (With.Average() / Without.Average()));

    /// <summary>Pairs of both, in changing order, each on a server of its own.</summary>
    public static async Task<Foreground> Take(PastRig rig, BenchOptions options, CancellationToken cancellation)
    {
        var (with, without) = (new List<double>(), new List<double>());
        var (behind, caughtUp) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var follows in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                await using var server = await rig.StartServer(follows, cancellation);
                if (follows)
                    await rig.UntilCaughtUp(cancellation);
                await rig.Create(server, Connections, WarmUpSeconds, cancellation);
                if (follows)
                    await rig.UntilCaughtUp(cancellation);
                await rig.Cluster.Checkpoint(cancellation);

                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var watch = follows ? Watch(rig, over.Token) : Task.FromResult(TimeSpan.Zero);
                var load = await rig.Create(server, Connections, options.Seconds, cancellation);
                (follows ? with : without).Add(load.Throughput);
                await over.CancelAsync();
                var lag = await watch;
                behind = lag > behind ? lag : behind;
                if (follows)
                {
                    var started = Stopwatch.GetTimestamp();
                    await rig.UntilCaughtUp(cancellation);
                    var took = Stopwatch.GetElapsedTime(started);
                    caughtUp = took > caughtUp ? took : caughtUp;
                }

                Progress.Say($"creates {(follows ? "with" : "without")} followers: {load.Throughput:F0}/s, "
                    + $"at most {lag.TotalSeconds:F1} s behind");
            }
        }

        return new Foreground(with, without, behind, caughtUp);
    }

    static async Task<TimeSpan> Watch(PastRig rig, CancellationToken over)
    {
        var most = TimeSpan.Zero;
        while (!over.IsCancellationRequested)
        {
            var lag = await rig.Lag(CancellationToken.None);
            most = lag > most ? lag : most;
            await Task.Delay(Look, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return most;
    }
}
