using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>Forgets logins that have lapsed, once in a while. They do not count from their lapse on.</summary>
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
