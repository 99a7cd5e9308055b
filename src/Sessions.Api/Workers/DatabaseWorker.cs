using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>
/// Something that this node does again and again, by itself, as soon as the database is ready: a round,
/// and a pause. A round that fails is told and tried again, for ever, with pauses that grow. One that is
/// under way when the server stops goes on to its end, if that comes while the server waits: no token reaches the
/// database.
/// </summary>
internal abstract partial class DatabaseWorker(DatabaseReadiness database, TimeProvider clock, ILogger log)
    : BackgroundService
{
    static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>A timer takes no more than 49 days: who may sleep longer looks once a day, and finds nothing to do.</summary>
    static readonly TimeSpan PauseMax = TimeSpan.FromDays(1);

    /// <summary>The longest pause after rounds that failed.</summary>
    protected virtual TimeSpan RetryMax => TimeSpan.FromSeconds(30);

    /// <summary>Does a part of what there is to do; returns how long to sleep then, which is not at all when there is more.</summary>
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
            // To be stopped is no failure, whatever a round says that it broke off; the host would take it for one.
            if (atEnd is not OperationCanceledException)
                LogFailedAtEnd(atEnd, GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker} failed; trying again in {Pause}: {Reason}")]
    partial void LogFailed(Exception? trace, string worker, TimeSpan pause, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Worker} failed while the server stopped")]
    partial void LogFailedAtEnd(Exception error, string worker);
}
