using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>Deletes lapsed logins from time to time. A login is invalid from its lapse on, deleted or not.</summary>
internal sealed class LoginSweeper(
    ApiSessions sessions, DatabaseReadiness database, TimeProvider clock, ILogger<LoginSweeper> log)
    : DatabaseWorker(database, clock, log)
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task<TimeSpan> Round()
    {
        await sessions.RemoveLapsed();
        return Pause;
    }
}
