using Sessions.Projections.Drift;

namespace Sessions.Api.Workers;

/// <summary>Takes this node's turns in the drift watch.</summary>
internal sealed class DriftWorker(
    DriftWatch watch, DriftWatchOptions options, DatabaseReadiness database, TimeProvider clock, ILogger<DriftWorker> log)
    : DatabaseWorker(database, clock, log)
{
    protected override async Task<TimeSpan> Round()
    {
        await watch.RunOnce(CancellationToken.None);
        return options.Interval;
    }
}
