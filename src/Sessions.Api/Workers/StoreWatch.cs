using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>
/// Asks once in a while for what only the database knows and an operator wants to see in his metrics: what
/// stalls the log, and how many messages were given up.
/// </summary>
internal sealed partial class StoreWatch(
    EventLog log, DeadLetters letters, DatabaseReadiness database, TimeProvider clock, ILogger<StoreWatch> logger)
    : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        while (true)
        {
            await RunOnce(stoppingToken);
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    async Task RunOnce(CancellationToken cancellation)
    {
        try
        {
            StorageMetrics.RecordStore(
                await log.FindBlockers(TimeSpan.Zero, cancellation), await letters.Count(cancellation));
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogFailed(failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be asked for what the metrics tell; trying again")]
    partial void LogFailed(Exception error);
}
