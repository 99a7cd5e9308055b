using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// A stream that is folded event by event, by production's own <see cref="Session.Evolve"/>, and what no
/// stream that this program wrote would do.
/// </summary>
public sealed class StreamReplay
{
    static readonly string Created = EventJson.Types[typeof(SessionEvent.SessionCreated)].Name;
    static readonly string Deleted = EventJson.Types[typeof(SessionEvent.SessionDeleted)].Name;

    /// <summary>What the record may still say of a session that is gone: what had left by then.</summary>
    static readonly string[] EndsOfTransfers =
        [EventJson.Types[typeof(SessionEvent.FileTransferred)].Name, EventJson.Types[typeof(SessionEvent.TransferAborted)].Name];

    /// <summary>What is kept of the last event: streams are many, and an event is large.</summary>
    (int Version, LogPosition Position, DateTimeOffset At)? last;

    bool isDeleted;

    /// <summary>The state by now.</summary>
    public Session Session { get; private set; } = Session.Initial;

    /// <summary>How many events led to it.</summary>
    public int Version => last?.Version ?? 0;

    /// <summary>Whether every event could be read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>
    /// The first fault for which nobody can tell what the session was from then on, or null: an event is missing, cannot be
    /// read, or is one too many. That times or places are out of order is wrong, and leaves the state what it is.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Takes the next event and says what is wrong with it; usually nothing.</summary>
    public string? Add(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var damage = DamageOf(logged);
        var (fault, at) = (damage, last?.At ?? default);
        try
        {
            fault ??= DisorderOf(logged);
            at = logged.At;
            Session = Session.Evolve(Session, logged.Event);
        }
        catch (UnreadableEventException unreadable)
        {
            IsWhole = false;
            fault ??= damage = $"version {logged.Version} cannot be read: {unreadable.Why}";
        }

        Damage ??= damage;
        last = (logged.Version, logged.Position, at);
        isDeleted |= logged.Type == Deleted;
        return fault;
    }

    string? DamageOf(LoggedEvent next)
    {
        var expected = Version + 1;
        if (next.Version != expected)
            return next.Version == expected + 1 ? $"version {expected} is missing" : $"version {next.Version} follows version {Version}";
        if ((next.Type == Created) != (expected == 1))
            return expected == 1 ? $"it begins with {next.Type}" : $"version {next.Version} creates it again";
        return isDeleted && !EndsOfTransfers.Contains(next.Type) ? $"version {next.Version} follows the session's end" : null;
    }

    string? DisorderOf(LoggedEvent next)
    {
        if (next.Position <= LogPosition.Start)
            return $"version {next.Version} lies before the log begins, where nobody who follows it comes";
        if (last is not { } before)
            return null;
        if (next.Position <= before.Position)
            return $"version {next.Version} lies in the log before version {before.Version}";
        return next.At < before.At ? $"version {next.Version} was recorded before version {before.Version}" : null;
    }
}
