using Sessions.Projections.Following;

namespace Sessions.Api.Workers;

/// <summary>
/// Runs the followers of the log on this node, once a second and not at each event: large batches delay waiting callers
/// less than small ones do.
/// </summary>
internal sealed class ProjectionWorker(
    ProjectionRunner runner, DatabaseReadiness database, TimeProvider clock, ILogger<ProjectionWorker> log)
    : DatabaseWorker(database, clock, log)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task<TimeSpan> Round() =>
        await runner.RunOnce(CancellationToken.None) ? TimeSpan.Zero : Pause;
}
