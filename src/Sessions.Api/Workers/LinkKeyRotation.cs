using Sessions.Storage.Access;

namespace Sessions.Api.Workers;

/// <summary>Sees to it that the key of data links is followed by a new one in time.</summary>
internal sealed class LinkKeyRotation(
    LinkKeys keys, LinkKeyOptions options, DatabaseReadiness database, TimeProvider clock, ILogger<LinkKeyRotation> log)
    : DatabaseWorker(database, clock, log)
{
    /// <summary>How late a new key may be, as a part of its lifetime.</summary>
    const int LatenessDivisor = 30;

    static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    protected override async Task<TimeSpan> Round()
    {
        await keys.Refresh();
        var lateness = options.Lifetime / LatenessDivisor;
        return lateness < PauseMax ? lateness : PauseMax;
    }
}
