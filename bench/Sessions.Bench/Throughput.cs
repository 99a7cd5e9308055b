namespace Sessions.Bench;

/// <summary>One operation at one number of connections, over all rounds.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Connections">How many callers at once.</param>
internal sealed record Series(Operation Operation, int Connections)
{
    /// <summary>The server's results, one a round.</summary>
    public List<Load> Served { get; } = [];

    /// <summary>pgbench's transactions a second in the same rounds.</summary>
    public Dictionary<RoundTrips, List<double>> Bare { get; } = [];

    /// <summary>The median over the rounds.</summary>
    public double Throughput => Bench.Median.Of(Served.Select(load => load.Throughput));

    public TimeSpan P50 => Median(load => load.P50);

    public TimeSpan P99 => Median(load => load.P99);

    public TimeSpan ServerTime => Median(load => load.ServerTime);

    public TimeSpan DatabaseTime => Median(load => load.DatabaseTime);

    /// <summary>The smallest and the largest of the rounds' ratios.</summary>
    public (double Least, double Most)? RatioRange(RoundTrips how) =>
        Bare.TryGetValue(how, out var rates)
            ? (Ratios(rates).Min(), Ratios(rates).Max())
            : null;

    public double? BareThroughput(RoundTrips how) => Bare.TryGetValue(how, out var rates) ? Bench.Median.Of(rates) : null;

    /// <summary>
    /// The median of the rounds' ratios. Both sides of a ratio ran one right after the other, so the
    /// machine's other load affects both.
    /// </summary>
    public double? Ratio(RoundTrips how) =>
        Bare.TryGetValue(how, out var rates) ? Bench.Median.Of(Ratios(rates)) : null;

    IEnumerable<double> Ratios(IEnumerable<double> rates) => Served.Zip(rates, (load, rate) => load.Throughput / rate);

    TimeSpan Median(Func<Load, TimeSpan> figure) =>
        TimeSpan.FromTicks((long)Bench.Median.Of(Served.Select(load => (double)figure(load).Ticks)));
}

/// <summary>Measures the server and pgbench in turns.</summary>
internal sealed class Throughput(Rig rig, BenchOptions options)
{
    /// <summary>pgbench runs at these only: a single caller and the crowd.</summary>
    static readonly int[] ComparedAt = [1, 64];

    /// <summary>How long each operation runs before it counts, so that the JIT has optimized its code.</summary>
    const int WarmUpSeconds = 8;

    const int RanOutMax = 4;

    /// <summary>How many sessions to delete are prepared for each second; grows when they run out.</summary>
    readonly Dictionary<(string Side, int Clients), int> deletesPerSecond = [];

    public async Task<IReadOnlyList<Series>> Run(CancellationToken cancellation)
    {
        if (options.Operations.Count > 0)
            Progress.Say("warming up");
        foreach (var operation in options.Operations)
            await Serve(operation, options.Connections.Max(), WarmUpSeconds, cancellation);

        Series[] all =
        [
            .. from operation in options.Operations
               from connections in options.Connections
               select new Series(operation, connections),
        ];
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var series in all)
                await RunOnce(series, reversed: round % 2 == 1, cancellation);
        }

        return all;
    }

    /// <summary>Runs the server between the two kinds of pgbench; every other round is in reverse order.</summary>
    async Task RunOnce(Series series, bool reversed, CancellationToken cancellation)
    {
        var (operation, connections) = series;
        var compared = operation.Bare is not null && ComparedAt.Contains(connections);
        List<Func<Task>> turns = [() => Serve(series, cancellation)];
        if (compared)
            turns.Insert(0, () => Compare(series, RoundTrips.Single, cancellation));
        if (compared && operation.Writes)
            turns.Add(() => Compare(series, RoundTrips.Pipelined, cancellation));
        if (reversed)
            turns.Reverse();
        foreach (var turn in turns)
            await turn();
    }

    async Task Serve(Series series, CancellationToken cancellation)
    {
        var load = await Serve(series.Operation, series.Connections, options.Seconds, cancellation);
        series.Served.Add(load);
        Progress.Say($"{series.Operation} at {series.Connections}: {load.Throughput:F0}/s, "
            + $"p50 {load.P50.TotalMilliseconds:F1} ms, p99 {load.P99.TotalMilliseconds:F1} ms, "
            + $"processors {load.ServerTime.TotalMicroseconds:F0} + {load.DatabaseTime.TotalMicroseconds:F0} µs a call");
    }

    async Task Compare(Series series, RoundTrips how, CancellationToken cancellation)
    {
        await rig.UntilCaughtUp(cancellation);
        var rate = await UntilEnough("bare", series.Operation, series.Connections, perSecond => rig.Pgbench.Run(
            series.Operation, how, series.Connections, options.Seconds, perSecond, cancellation));
        if (!series.Bare.TryGetValue(how, out var rates))
            series.Bare[how] = rates = [];
        rates.Add(rate);
        Progress.Say($"{series.Operation} at {series.Connections}, pgbench {how}: {rate:F0}/s");
    }

    Task<Load> Serve(Operation operation, int connections, int seconds, CancellationToken cancellation) =>
        UntilEnough("served", operation, connections, async perSecond =>
        {
            if (operation == Operation.Delete)
                await rig.PrepareDeletes(perSecond * (seconds + 1), cancellation);
            await rig.Settle(cancellation);
            return await rig.Load(operation, connections, seconds, cancellation);
        });

    async Task<T> UntilEnough<T>(string side, Operation operation, int clients, Func<int, Task<T>> run)
    {
        var perSecond = deletesPerSecond.GetValueOrDefault((side, clients), clients == 1 ? 3000 : 15_000);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run(perSecond);
            }
            catch (RanOutException) when (attempt < RanOutMax)
            {
                deletesPerSecond[(side, clients)] = perSecond *= 2;
                Progress.Say($"{operation} at {clients}: too few sessions, again with {perSecond} a second");
            }
        }
    }
}
