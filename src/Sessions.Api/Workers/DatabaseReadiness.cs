using Sessions.Storage;
using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>
/// Brings the database to this program's schema, and reads the keys of links that a node keeps. It retries for as long as
/// there is no database; until then the server listens and reports that it is not ready.
/// </summary>
internal sealed partial class DatabaseReadiness(
    Migrator migrator, LinkKeys linkKeys, TimeProvider clock, ILogger<DatabaseReadiness> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long to wait before a migration asks for a table again that another transaction has held for too long: meanwhile
    /// the statements that queued up behind the migration get through.
    /// </summary>
    static readonly TimeSpan HeldUpPause = TimeSpan.FromSeconds(10);

    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the schema is there and the keys of links are read.</summary>
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
                // Being stopped is not a failure.
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
