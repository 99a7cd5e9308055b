using System.Diagnostics;

namespace Sessions.Bench.Past;

/// <summary>How far the followers of the log are behind while sessions are created as fast as the server answers.</summary>
/// <param name="Most">The age of the oldest event that some follower had not dealt with, at its worst.</param>
/// <param name="CaughtUpIn">How long audit trail and activity took to catch up when the load was over.</param>
internal sealed record Lagging(TimeSpan Most, TimeSpan CaughtUpIn)
{
    /// <summary>Long enough to show a lag that grows.</summary>
    const int Seconds = 30;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<Lagging> Take(PastRig rig, CancellationToken cancellation)
    {
        await using var server = await rig.StartServer(follows: true, cancellation);
        await rig.Create(server, Foreground.Connections, Foreground.WarmUpSeconds, cancellation);
        await rig.Followers.UntilSealed(cancellation);
        await rig.Cluster.Checkpoint(cancellation);

        var most = TimeSpan.Zero;
        var load = rig.Create(server, Foreground.Connections, Seconds, cancellation);
        while (await Task.WhenAny(load, Task.Delay(Look, cancellation)) != load)
        {
            var lag = await rig.Followers.Lag(cancellation);
            most = lag > most ? lag : most;
        }

        var throughput = (await load).Throughput;
        var started = Stopwatch.GetTimestamp();
        await rig.Followers.UntilCaughtUp(cancellation);
        var caughtUpIn = Stopwatch.GetElapsedTime(started);
        Progress.Say($"{throughput:F0} creates a second for {Seconds} s: followers at most {most.TotalSeconds:F1} s behind, "
            + $"caught up {caughtUpIn.TotalSeconds:F1} s later");
        return new Lagging(most, caughtUpIn);
    }
}
