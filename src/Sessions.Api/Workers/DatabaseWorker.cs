using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>
/// A task that this node repeats by itself as soon as the database is ready: a round, and a pause. A round that fails is
/// logged and retried forever, with growing pauses. A round that is under way when the server stops runs to its end, if the
/// server waits that long: no token reaches the database.
/// </summary>
internal abstract partial class DatabaseWorker(DatabaseReadiness database, TimeProvider clock, ILogger log)
    : BackgroundService
{
    static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Timers take 49 days at most. A worker that may sleep longer wakes once a day and finds nothing to do.
    /// </summary>
    static readonly TimeSpan PauseMax = TimeSpan.FromDays(1);

    /// <summary>The longest pause after rounds that failed.</summary>
    protected virtual TimeSpan RetryMax => TimeSpan.FromSeconds(30);

    /// <summary>Does a part of the work; returns how long to sleep then, which is zero if there is more to do.</summary>
    protected abstract Task<TimeSpan> Round();

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.Ready.WaitAsync(stoppingToken);
            var retry = FirstRetry;
            while (true)
            {
                TimeSpan pause;
                try
                {
                    pause = await Round();
                    retry = FirstRetry;
                }
                catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
                {
                    var (trace, reason) = Failure.ToLog(failed);
                    LogFailed(trace, GetType().Name, retry, reason);
                    pause = retry;
                    retry = retry * 2 < RetryMax ? retry * 2 : RetryMax;
                }

                await Task.Delay(pause < PauseMax ? pause : PauseMax, clock, stoppingToken);
            }
        }
        catch (Exception atEnd) when (stoppingToken.IsCancellationRequested)
        {
            // Being stopped is not a failure, whatever exception a round ends with; the host would treat it as one.
            if (atEnd is not OperationCanceledException)
                LogFailedAtEnd(atEnd, GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker} failed; trying again in {Pause}: {Reason}")]
    partial void LogFailed(Exception? trace, string worker, TimeSpan pause, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Worker} failed while the server stopped")]
    partial void LogFailedAtEnd(Exception error, string worker);
}
