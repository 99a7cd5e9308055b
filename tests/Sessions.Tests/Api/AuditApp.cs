using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server where bo is an auditor and nothing else.</summary>
public sealed class AuditApp : SessionsApp
{
    public AuditApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Users:1:Roles:0"] = "auditor";
        Settings["Logging:LogLevel:Sessions.Api.Audit"] = "Information";
        Settings["Logging:LogLevel:Sessions.Api.Vapi"] = "Error";
        Logs = new RecordedLogs();
    }

    /// <summary>Waits until the followers have the whole log.</summary>
    public Task Followed() => Until(
        "(select count(*) = 2 and min(events) = (select count(*) from event_store.events) from read_models.checkpoints"
        + " where follower in ('audit-trail', 'activity'))");
}
