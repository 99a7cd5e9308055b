namespace Sessions.Tests.Fixtures;

/// <summary>A server whose log the tests read.</summary>
public sealed class LoggedApp : SessionsApp
{
    public LoggedApp(TestPostgres postgres)
        : base(postgres)
    {
        Logs = new RecordedLogs();
        Settings["Logging:LogLevel:Default"] = "Error";
    }
}
