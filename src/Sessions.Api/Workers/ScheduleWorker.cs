using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>Runs the schedule on this node: pass after pass while there is work, then sleeps until there is.</summary>
internal sealed class ScheduleWorker(
    ScheduledMessages messages, ScheduleOptions options, DatabaseReadiness database, TimeProvider clock,
    ILogger<ScheduleWorker> log) : DatabaseWorker(database, clock, log)
{
    /// <summary>Leases end while the database is away, too: whoever waits for that waits no longer than need be.</summary>
    protected override TimeSpan RetryMax => options.SleepMax;

    /// <summary>A pass, the next one at once while a full batch comes back, and else when the next message is due.</summary>
    protected override async Task<TimeSpan> Round()
    {
        var pass = await messages.RunOnce(CancellationToken.None);
        if (pass.More)
            return TimeSpan.Zero;
        return pass.NextDueIn is { } next && next < options.SleepMax
            ? TimeSpan.FromTicks(Math.Max(next.Ticks, TimeSpan.TicksPerMillisecond))
            : options.SleepMax;
    }
}
