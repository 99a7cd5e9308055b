using Sessions.Projections.Following;

namespace Sessions.Api.Workers;

/// <summary>
/// Leads the followers of the log on this node. Once a second and not at each event: large batches cost
/// whoever waits for an answer less than small ones do.
/// </summary>
internal sealed class ProjectionWorker(
    ProjectionRunner runner, DatabaseReadiness database, TimeProvider clock, ILogger<ProjectionWorker> log)
    : DatabaseWorker(database, clock, log)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task<TimeSpan> Round() =>
        await runner.RunOnce(CancellationToken.None) ? TimeSpan.Zero : Pause;
}
