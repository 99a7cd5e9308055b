using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// Folds a stream event by event with production's own <see cref="Session.Evolve"/>, and finds what no stream that
/// this program wrote would have.
/// </summary>
public sealed class StreamReplay
{
    static readonly string Created = EventJson.Types[typeof(SessionEvent.SessionCreated)].Name;
    static readonly string Deleted = EventJson.Types[typeof(SessionEvent.SessionDeleted)].Name;

    /// <summary>The only events that may follow a session's deletion.</summary>
    static readonly string[] EndsOfTransfers =
        [EventJson.Types[typeof(SessionEvent.FileTransferred)].Name, EventJson.Types[typeof(SessionEvent.TransferAborted)].Name];

    /// <summary>What is kept of the last event. A whole event is large, and there are many streams.</summary>
    (int Version, LogPosition Position, DateTimeOffset At)? last;

    bool isDeleted;

    /// <summary>The state so far.</summary>
    public Session Session { get; private set; } = Session.Initial;

    /// <summary>The version of the last event; 0 before the first.</summary>
    public int Version => last?.Version ?? 0;

    /// <summary>Whether every event could be read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>
    /// The first fault that leaves the session's state unknown from then on, or null: an event is missing, unreadable, or
    /// one too many. Times or positions out of order are faults too, but they do not affect the state.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Adds the next event; returns what is wrong with it, usually null.</summary>
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
            return $"version {next.Version} lies before the beginning of the log, where no follower reads it";
        if (last is not { } before)
            return null;
        if (next.Position <= before.Position)
            return $"version {next.Version} lies in the log before version {before.Version}";
        return next.At < before.At ? $"version {next.Version} was recorded before version {before.Version}" : null;
    }
}
