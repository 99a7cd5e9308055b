using Sessions.Storage;
using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>
/// Brings the database to this program's schema, and reads what a node keeps of it, however long it
/// takes until there is one. Until then the server listens and says that it is not ready.
/// </summary>
internal sealed partial class DatabaseReadiness(
    Migrator migrator, LinkKeys linkKeys, TimeProvider clock, ILogger<DatabaseReadiness> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long everybody is let through before a table is asked for again that somebody reads for long.</summary>
    static readonly TimeSpan HeldUpPause = TimeSpan.FromSeconds(10);

    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the schema is there and the keys of links are read.</summary>
    public Task Ready => ready.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Prepare().WaitAsync(stoppingToken);
                ready.SetResult();
                LogReady();
                return;
            }
            catch (Exception notYet) when (notYet is not OperationCanceledException)
            {
                LogWaiting(Failure.ToLog(notYet).Reason);
                await Task.Delay(Failure.IsHeldUp(notYet) ? HeldUpPause : Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // To be stopped is no failure.
            }
        }
    }

    async Task Prepare()
    {
        await migrator.Migrate(CancellationToken.None);
        await linkKeys.Refresh();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is ready")]
    partial void LogReady();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not ready yet, trying again: {Reason}")]
    partial void LogWaiting(string reason);
}
