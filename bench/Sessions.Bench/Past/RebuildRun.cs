using System.Diagnostics;
using System.Text.Json;

namespace Sessions.Bench.Past;

/// <summary>One run of <c>sessions rebuild audit-trail</c>, as an operator starts it.</summary>
/// <param name="Took">Until the program had ended.</param>
/// <param name="EarlyMemory">The most memory it held within the first tenth of that time, in bytes.</param>
/// <param name="PeakMemory">The most memory it ever held, in bytes.</param>
internal sealed record RebuildRun(TimeSpan Took, long EarlyMemory, long PeakMemory)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <exception cref="InvalidOperationException">It failed, or did not read all events.</exception>
    public static async Task<RebuildRun> Take(PastRig rig, string cli, CancellationToken cancellation)
    {
        var (process, started) = (0, Stopwatch.GetTimestamp());
        var run = ChildProcess.Run(
            cli, ["rebuild", "audit-trail", "--json", "--connection", rig.Cluster.ServedConnectionString],
            environment: null, cancellation, id => process = id);
        var held = new List<(TimeSpan After, long Bytes)> { (TimeSpan.Zero, ResidentMemory.Of(process) ?? 0) };
        while (await Task.WhenAny(run, Task.Delay(Look, cancellation)) != run)
        {
            if (ResidentMemory.Of(process) is { } bytes)
                held.Add((Stopwatch.GetElapsedTime(started), bytes));
        }

        var output = await run;
        var took = Stopwatch.GetElapsedTime(started);
        var events = JsonDocument.Parse(output).RootElement.GetProperty("events").GetInt64();
        if (events != rig.Seeded.Count)
            throw new InvalidOperationException($"{events} events were read instead of {rig.Seeded.Count}.");
        return new RebuildRun(
            took, held.Where(sample => sample.After <= took / 10).Max(sample => sample.Bytes), held.Max(sample => sample.Bytes));
    }
}
