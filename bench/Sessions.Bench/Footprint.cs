namespace Sessions.Bench;

/// <summary>What one operation leaves behind in the database.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Calls">How many calls were made.</param>
/// <param name="Events">How many events they recorded.</param>
/// <param name="Log">What the calls, and meanwhile the followers of the events, wrote to the write-ahead log.</param>
/// <param name="HotShare">
/// The share of the updates of <c>streams</c> that left its indexes alone; null without updates.
/// </param>
internal sealed record Footprint(
    Operation Operation, long Calls, long Events, WriteAheadLog Log, double? HotShare)
{
    public double OwnBytesPerCall => (double)Log.Own / Calls;

    public double FollowingBytesPerCall => (double)Log.Following / Calls;

    public double ImageBytesPerCall => (double)Log.Images / Calls;
}

/// <summary>Measures what writes cost besides time, at 64 connections.</summary>
internal sealed class Footprints(Rig rig, BenchOptions options)
{
    const int Connections = 64;
    const int WarmUpSeconds = 4;

    /// <summary>PostgreSQL's backends report their statistics after ten idle seconds at the latest.</summary>
    static readonly TimeSpan ReportMax = TimeSpan.FromSeconds(15);

    static readonly TimeSpan ReportPause = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<Footprint>> Run(CancellationToken cancellation)
    {
        // The write-ahead log is the whole cluster's: what autovacuum writes to it belongs to no call.
        await rig.Cluster.SetAutovacuum(on: false, cancellation);
        await rig.Cluster.Vacuum(cancellation);
        var footprints = new List<Footprint>();
        foreach (var operation in new[]
            { Operation.Create, Operation.KeepAlive, Operation.KeepAliveSlack, Operation.Delete })
        {
            await Prepare(operation, cancellation);
            footprints.Add(await Measure(operation, cancellation));
        }

        await rig.Cluster.SetAutovacuum(on: true, cancellation);
        return footprints;
    }

    /// <summary>
    /// Touches the pages after the checkpoint, so that the measured records hold their own data instead of
    /// an image of the page.
    /// </summary>
    async Task Prepare(Operation operation, CancellationToken cancellation)
    {
        await rig.Cluster.Checkpoint(cancellation);
        if (operation == Operation.Delete)
            await rig.PrepareFreshDeletes(options.Seconds * 50_000, cancellation);
        else
            await rig.Load(operation, Connections, WarmUpSeconds, cancellation);
    }

    async Task<Footprint> Measure(Operation operation, CancellationToken cancellation)
    {
        await rig.UntilCaughtUp(cancellation);
        var updates = await SettledUpdates(cancellation);
        var before = await rig.EndOfLog(cancellation);
        var start = await Position(cancellation);

        var load = await rig.Load(operation, Connections, options.Seconds, cancellation);

        // Requests in flight when wrk stopped are still carried out, and count as calls.
        var events = await rig.CountEventsSince(before, cancellation);
        await rig.UntilCaughtUp(cancellation);
        var end = await Position(cancellation);
        var log = await WriteAheadLog.Read(rig.Cluster, start, end, await rig.WritersSince(before, cancellation), cancellation);
        var (all, hot) = await UpdatesSince(updates, operation == Operation.Create ? 0 : events, cancellation);
        var footprint = new Footprint(
            operation, Math.Max(load.Requests, events), events, log, all == 0 ? null : (double)hot / all);
        Progress.Say($"{operation}: {footprint.OwnBytesPerCall:F0} bytes of log a call, "
            + $"{footprint.FollowingBytesPerCall:F0} of what follows it, and {footprint.ImageBytesPerCall:F0} of images");
        return footprint;
    }

    Task<string> Position(CancellationToken cancellation) =>
        rig.Cluster.Ask<string>("select pg_current_wal_flush_lsn()::text", cancellation);

    async Task<(long All, long Hot)> Updates(CancellationToken cancellation)
    {
        await using var command = rig.Cluster.Served.CreateCommand("""
            select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables
            where schemaname = 'event_store' and relname = 'streams'
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>The counts, once they include all earlier updates.</summary>
    async Task<(long All, long Hot)> SettledUpdates(CancellationToken cancellation)
    {
        await Task.Delay(ReportMax, cancellation);
        return await Updates(cancellation);
    }

    async Task<(long All, long Hot)> UpdatesSince(
        (long All, long Hot) before, long expected, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; ; waited += ReportPause)
        {
            var (all, hot) = await Updates(cancellation);
            if (all - before.All >= expected || waited > ReportMax)
                return (all - before.All, hot - before.Hot);
            await Task.Delay(ReportPause, cancellation);
        }
    }
}
