using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>Forgets logins that have lapsed, once in a while. They do not count from their lapse on.</summary>
internal sealed partial class LoginSweeper(
    ApiSessions sessions, DatabaseReadiness database, TimeProvider clock, ILogger<LoginSweeper> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                await sessions.RemoveLapsed(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                LogFailed(failed);
            }

            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lapsed logins could not be removed; trying again later")]
    partial void LogFailed(Exception error);
}
