using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Projections.Verification;

/// <summary>
/// A stream that is folded event by event, by production's own <see cref="Session.Evolve"/>, and what no
/// stream that this program wrote would do.
/// </summary>
public sealed class StreamReplay
{
    static readonly string Created = EventJson.Types[typeof(SessionEvent.SessionCreated)].Name;
    static readonly string Deleted = EventJson.Types[typeof(SessionEvent.SessionDeleted)].Name;

    /// <summary>What is kept of the last event: streams are many, and an event is large.</summary>
    (int Version, bool IsDeletion, LogPosition Position, DateTimeOffset At)? last;

    /// <summary>The state by now.</summary>
    public Session Session { get; private set; } = Session.Initial;

    /// <summary>How many events led to it.</summary>
    public int Version => last?.Version ?? 0;

    /// <summary>Whether every event could be read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Takes the next event and says what is wrong with it; usually nothing.</summary>
    public string? Add(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var (fault, at) = ((string?)null, last?.At ?? default);
        try
        {
            fault = FaultOf(logged);
            at = logged.At;
            Session = Session.Evolve(Session, logged.Event);
        }
        catch (UnreadableEventException damaged)
        {
            IsWhole = false;
            fault ??= $"version {logged.Version} cannot be read: {damaged.Why}";
        }

        last = (logged.Version, logged.Type == Deleted, logged.Position, at);
        return fault;
    }

    string? FaultOf(LoggedEvent next)
    {
        var expected = Version + 1;
        if (next.Position <= LogPosition.Start)
            return $"version {next.Version} lies before the log begins, where nobody who follows it comes";
        if (next.Version != expected)
            return next.Version == expected + 1 ? $"version {expected} is missing" : $"version {next.Version} follows version {Version}";
        if ((next.Type == Created) != (expected == 1))
            return expected == 1 ? $"it begins with {next.Type}" : $"version {next.Version} creates it again";
        if (last is not { } before)
            return null;
        if (before.IsDeletion)
            return $"version {next.Version} follows the session's end";
        if (next.Position <= before.Position)
            return $"version {next.Version} lies in the log before version {before.Version}";
        return next.At < before.At ? $"version {next.Version} was recorded before version {before.Version}" : null;
    }
}
