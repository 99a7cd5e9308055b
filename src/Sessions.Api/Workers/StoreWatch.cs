using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;

namespace Sessions.Api.Workers;

/// <summary>
/// Reads from time to time what only the database knows and an operator wants in the metrics: what stalls the log, and how
/// many messages were given up.
/// </summary>
internal sealed class StoreWatch(
    EventLog log, DeadLetters letters, DatabaseReadiness database, TimeProvider clock, ILogger<StoreWatch> logger)
    : DatabaseWorker(database, clock, logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task<TimeSpan> Round()
    {
        StorageMetrics.RecordStore(
            await log.FindBlockers(TimeSpan.Zero, CancellationToken.None), await letters.Count(CancellationToken.None));
        return Pause;
    }
}
