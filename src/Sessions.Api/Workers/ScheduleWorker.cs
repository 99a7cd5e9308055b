using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>Runs the schedule on this node: pass after pass while there is work, then sleeps until there is.</summary>
internal sealed partial class ScheduleWorker(
    ScheduledMessages messages, ScheduleOptions options, DatabaseReadiness database, TimeProvider clock,
    ILogger<ScheduleWorker> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
            await Task.Delay(await RunUntilDone(stoppingToken), clock, stoppingToken);
    }

    /// <summary>Passes until less than a batch comes back; returns how long to sleep then.</summary>
    async Task<TimeSpan> RunUntilDone(CancellationToken cancellation)
    {
        try
        {
            SchedulePass pass;
            do
                pass = await messages.RunOnce(cancellation);
            while (pass.More);

            return pass.NextDueIn is { } next && next < options.SleepMax
                ? TimeSpan.FromTicks(Math.Max(next.Ticks, TimeSpan.TicksPerMillisecond))
                : options.SleepMax;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogPassFailed(failed);
            return options.SleepMax;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A pass over the schedule failed; trying again")]
    partial void LogPassFailed(Exception error);
}
