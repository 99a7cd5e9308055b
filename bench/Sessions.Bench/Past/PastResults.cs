using System.Diagnostics;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;

namespace Sessions.Bench.Past;

/// <summary>The results of one run on the record.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Copy">How long COPY took for all of them, out and in again.</param>
/// <param name="Rebuild">The audit trail from zero, until it was swapped in.</param>
/// <param name="Sealing">How long all of them took to be sealed.</param>
/// <param name="Verifying">How long the seals of all of them took to be verified.</param>
/// <param name="Pages">Pages of the audit trail.</param>
/// <param name="States">How long it takes to see sessions as they were.</param>
/// <param name="Foreground">What followers cost callers who create sessions.</param>
/// <param name="Lagging">How far the followers are behind meanwhile.</param>
internal sealed record PastResults(
    Machine Machine,
    long Events,
    CopyTime Copy,
    RebuildRun Rebuild,
    TimeSpan Sealing,
    TimeSpan Verifying,
    IReadOnlyList<PageTimes> Pages,
    StateTimes States,
    Foreground Foreground,
    Lagging Lagging)
{
    /// <summary>Measures all of it, on a database whose log has not been followed yet.</summary>
    public static async Task<PastResults> Take(PastRig rig, BenchOptions options, CancellationToken cancellation)
    {
        var machine = await Machine.Describe(rig.Cluster, rig.Folder, cancellation);
        var copy = await CopyTime.Take(rig.Database, cancellation);
        Progress.Say($"COPY out and in again: {copy.Bare.TotalSeconds:F0} s, with indexes {copy.Indexed.TotalSeconds:F0} s");
        var rebuild = await RebuildRun.Take(rig, options.Cli, cancellation);
        Progress.Say($"the audit trail from zero: {rebuild.Took.TotalSeconds:F0} s");
        var sealing = await Timed("sealing", () => Seal(rig, cancellation));
        var verifying = await Timed("verifying", () => Verify(rig, cancellation));
        await rig.Cluster.Vacuum(cancellation);

        IReadOnlyList<PageTimes> pages;
        StateTimes states;
        await using (var server = await rig.StartServer(follows: true, cancellation))
        {
            var token = await rig.LogIn(server, PastRig.Auditor, cancellation);
            await rig.Followers.UntilCaughtUp(cancellation);
            pages = await new AuditPages(server, token, rig.Month).Take(cancellation);
            states = await StateTimes.Take(server, token, rig.Database, cancellation);
        }

        return new PastResults(
            machine, rig.Seeded.Count, copy, rebuild, sealing, verifying, pages, states,
            await Foreground.Take(rig, options, cancellation), await Lagging.Take(rig, cancellation));
    }

    static async Task<TimeSpan> Timed(string what, Func<Task<TimeSpan>> run)
    {
        var took = await run();
        Progress.Say($"{what}: {took.TotalSeconds:F0} s");
        return took;
    }

    static async Task<TimeSpan> Seal(PastRig rig, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var runner = rig.Runner(new Sealer(new SealOptions { Interval = TimeSpan.Zero }, key: null));
        while (await runner.RunOnce(cancellation))
        {
        }

        return Stopwatch.GetElapsedTime(started);
    }

    static async Task<TimeSpan> Verify(PastRig rig, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var report = await SealVerification.Verify(
            rig.Database, keys: null, head: null,
            difference => throw new InvalidOperationException($"The seals do not hold: {difference}"),
            progress: null, cancellation);
        return report.Unsealed == 0
            ? Stopwatch.GetElapsedTime(started)
            : throw new InvalidOperationException($"{report.Unsealed} events are not sealed.");
    }
}
