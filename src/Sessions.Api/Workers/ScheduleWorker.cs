using Sessions.Storage.Schedule;

namespace Sessions.Api.Workers;

/// <summary>Runs the schedule on this node: passes while there is work, then a sleep until there is.</summary>
internal sealed class ScheduleWorker(
    ScheduledMessages messages, ScheduleOptions options, DatabaseReadiness database, TimeProvider clock,
    ILogger<ScheduleWorker> log) : DatabaseWorker(database, clock, log)
{
    bool isBehind;

    /// <summary>
    /// Leases also end while the database is away: expiries must not wait longer than necessary afterwards.
    /// </summary>
    protected override TimeSpan RetryMax => options.SleepMax;

    /// <summary>
    /// Makes one pass, or several at once while more was due than the last took; none takes what another has.
    /// </summary>
    protected override async Task<TimeSpan> Round()
    {
        var passes = await Task.WhenAll(
            Enumerable.Range(0, isBehind ? options.PassesMax : 1).Select(_ => messages.RunOnce(CancellationToken.None)));
        isBehind = passes.Any(pass => pass.More);
        if (isBehind)
            return TimeSpan.Zero;
        return passes.Min(pass => pass.NextDueIn) is { } next && next < options.SleepMax
            ? TimeSpan.FromTicks(Math.Max(next.Ticks, TimeSpan.TicksPerMillisecond))
            : options.SleepMax;
    }
}
