using Sessions.Projections.Following;

namespace Sessions.Api.Workers;

/// <summary>
/// Leads the followers of the log on this node. Once a second and not at each event: large batches cost
/// whoever waits for an answer less than small ones do.
/// </summary>
internal sealed partial class ProjectionWorker(
    ProjectionRunner runner, DatabaseReadiness database, TimeProvider clock, ILogger<ProjectionWorker> log)
    : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        var pause = Pause;
        while (true)
        {
            try
            {
                while (await runner.RunOnce(stoppingToken))
                {
                }

                pause = Pause;
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                LogFailed(failed);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log cannot be followed; trying again")]
    partial void LogFailed(Exception error);
}
