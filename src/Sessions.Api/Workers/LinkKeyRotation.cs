using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>Makes sure that a new key of data links follows the old one in time.</summary>
internal sealed class LinkKeyRotation(
    LinkKeys keys, LinkKeyOptions options, DatabaseReadiness database, TimeProvider clock, ILogger<LinkKeyRotation> log)
    : DatabaseWorker(database, clock, log)
{
    /// <summary>How late a new key may be: its lifetime divided by this.</summary>
    const int LatenessDivisor = 30;

    static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    protected override async Task<TimeSpan> Round()
    {
        await keys.Refresh();
        var lateness = options.Lifetime / LatenessDivisor;
        return lateness < PauseMax ? lateness : PauseMax;
    }
}
