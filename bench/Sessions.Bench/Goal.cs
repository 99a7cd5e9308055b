using System.Globalization;

namespace Sessions.Bench;

/// <summary>A goal that the project set itself, and what was measured.</summary>
/// <param name="Figure">What it is about.</param>
/// <param name="Wanted">The bound, in words.</param>
/// <param name="Measured">What came out, in words.</param>
/// <param name="Met">Whether it is within the bound.</param>
internal sealed record Goal(string Figure, string Wanted, string Measured, bool Met)
{
    const int Crowd = 64;
    const double SingleRatioLeast = 4;
    const double PipelinedRatioLeast = 2;
    const double ReadRatioLeast = 1.2;
    const double LonelyCreateMost = 2.5;
    const double HotShareLeast = 0.95;
    const double KeepAliveBytesBelow = 800;
    const double NoBytes = 1;
    const double MemoryMegabytesBelow = 200;
    const double IdleBelow = 3;
    static readonly TimeSpan WriteP99Most = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan StartMost = TimeSpan.FromSeconds(2);
    static readonly TimeSpan StormMost = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StormCreateP99Most = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LateMost = TimeSpan.FromSeconds(1.5);

    /// <summary>The goals whose figures a run has.</summary>
    public static IReadOnlyList<Goal> Of(Results results) =>
    [
        .. results.Throughput.Where(series => series.Connections == Crowd).SelectMany(OfCrowd),
        .. results.Throughput.Where(series => series is { Connections: 1 } && series.Operation == Operation.Create)
            .SelectMany(OfLonelyCreate),
        .. results.Footprints.SelectMany(Of),
        Below("ready after the start of the process, the slowest of several", results.Start, StartMost),
        .. results.Memory is { } memory
            ? [Below("resident memory after the load", memory / 1e6, MemoryMegabytesBelow, "F0", " MB")]
            : Array.Empty<Goal>(),
        .. results.Idle is { } idle
            ? [Below("transactions a second when nobody calls", idle, IdleBelow, "F1", "")]
            : Array.Empty<Goal>(),
        .. results.Storms.SelectMany(Of),
        .. results.Lateness is { } late ? Of(late) : [],
    ];

    static IEnumerable<Goal> OfCrowd(Series series)
    {
        var name = $"{series.Operation} at {Crowd} connections";
        if (!series.Operation.Writes)
        {
            if (series.Ratio(RoundTrips.Single) is { } read)
                yield return AtLeast($"{name}, to pgbench's select-only", read, ReadRatioLeast, "F2", " ×");
            yield break;
        }

        if (series.Ratio(RoundTrips.Single) is { } single)
            yield return AtLeast($"{name}, to pgbench's single transactions", single, SingleRatioLeast, "F2", " ×");
        if (series.Ratio(RoundTrips.Pipelined) is { } pipelined)
            yield return AtLeast($"{name}, to pgbench's pipelined ones", pipelined, PipelinedRatioLeast, "F2", " ×");
        yield return Below($"{name}, p99", series.P99, WriteP99Most);
    }

    static IEnumerable<Goal> OfLonelyCreate(Series series) =>
        series.Ratio(RoundTrips.Single) is { } ratio
            ?
            [
                AtMost(
                    "create at 1 connection, to a transaction of pgbench with 1 client",
                    1 / ratio, LonelyCreateMost, "F2", " × as long"),
            ]
            : [];

    static IEnumerable<Goal> Of(Footprint footprint)
    {
        if (footprint.Operation == Operation.KeepAlive)
        {
            if (footprint.HotShare is { } hot)
                yield return AtLeast("keep-alive, HOT updates", 100 * hot, 100 * HotShareLeast, "F1", " %");
            yield return Below("keep-alive, bytes of log of its own", footprint.OwnBytesPerCall, KeepAliveBytesBelow, "F0", "");
        }
        else if (footprint.Operation == Operation.KeepAliveSlack)
        {
            var written = footprint.OwnBytesPerCall + footprint.FollowingBytesPerCall;
            var bytes = Number(written, "F2");
            var measured = $"{footprint.Events} events, {bytes} bytes a call";
            yield return new Goal(
                "keep-alive that needs not write, written", "nothing", measured,
                footprint.Events == 0 && written < NoBytes);
        }
    }

    static IEnumerable<Goal> Of(Storm storm) =>
    [
        Below(
            $"{storm.Expired:N0} due at once, beside {storm.Callers} creating callers, until all are expired",
            storm.Took, StormMost),
        Below($"the creates of {storm.Callers} callers meanwhile, p99", storm.CreateP99, StormCreateP99Most),
        NotBefore("the earliest of these expiries, after its lease's end", storm.EarliestBy),
    ];

    static IEnumerable<Goal> Of(Lateness late) =>
    [
        Below("an expiry with nothing else to do, after the lease's end, the latest", late.Most, LateMost),
        NotBefore("the earliest of these", late.Least),
    ];

    public static Goal AtLeast(string figure, double measured, double bound, string format, string unit) =>
        new(figure, $"≥ {Number(bound, format)}{unit}", $"{Number(measured, format)}{unit}", measured >= bound);

    public static Goal AtMost(string figure, double measured, double bound, string format, string unit) =>
        new(figure, $"≤ {Number(bound, format)}{unit}", $"{Number(measured, format)}{unit}", measured <= bound);

    static Goal Below(string figure, double measured, double bound, string format, string unit) =>
        new(figure, $"< {Number(bound, format)}{unit}", $"{Number(measured, format)}{unit}", measured < bound);

    public static Goal Below(string figure, TimeSpan measured, TimeSpan bound) =>
        new(figure, $"< {Text(bound)}", Text(measured), measured < bound);

    static Goal NotBefore(string figure, TimeSpan measured) =>
        new(figure, "never before", Text(measured), measured >= TimeSpan.Zero);

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    static string Text(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1)
            ? $"{Number(time.TotalMilliseconds, "F1")} ms"
            : $"{Number(time.TotalSeconds, "F2")} s";
}
