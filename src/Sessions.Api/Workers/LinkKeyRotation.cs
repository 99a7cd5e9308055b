using Sessions.Storage;

namespace Sessions.Api.Workers;

/// <summary>Sees to it that the key of data links is followed by a new one in time.</summary>
internal sealed partial class LinkKeyRotation(
    LinkKeys keys, LinkKeyOptions options, DatabaseReadiness database, TimeProvider clock, ILogger<LinkKeyRotation> log)
    : BackgroundService
{
    /// <summary>How late a new key may be, as a part of its lifetime.</summary>
    const int LatenessDivisor = 30;

    static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        var lateness = options.Lifetime / LatenessDivisor;
        while (true)
        {
            await Task.Delay(lateness < PauseMax ? lateness : PauseMax, clock, stoppingToken);
            try
            {
                await keys.Refresh(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                LogFailed(failed);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of data links could not be read; trying again later")]
    partial void LogFailed(Exception error);
}
