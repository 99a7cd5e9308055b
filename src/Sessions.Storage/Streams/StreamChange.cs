using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>An event on its way into the log.</summary>
sealed record NewEvent(SessionEvent Event, Guid CommandId, Provenance By);

/// <summary>One stream as it was read, and what has been decided on it since. Nothing is written here.</summary>
sealed class StreamChange(SessionAddress address, int storedVersion, Session stored)
{
    readonly List<NewEvent> events = [];

    public SessionAddress Address { get; } = address;

    public int StoredVersion { get; } = storedVersion;

    public Session Stored { get; } = stored;

    /// <summary>
    /// Whether the state was folded from events because the row could not be used: nothing of that row may stay.
    /// </summary>
    public bool IsFolded { get; init; }

    public Session Session { get; private set; } = stored;

    public IReadOnlyList<NewEvent> Events => events;

    /// <summary>How the session began, even if it was created and removed here; null if it never was.</summary>
    public SessionOrigin? Origin => (Session as Session.Living ?? Stored as Session.Living ?? FirstState)?.Origin;

    Session.Living? FirstState =>
        events.Count > 0 ? Session.Evolve(Session.Initial, events[0].Event) as Session.Living : null;

    public int Version => StoredVersion + events.Count;

    public static StreamChange New(SessionAddress address) => new(address, storedVersion: 0, Session.Initial);

    /// <summary>
    /// Decides one command on the stream's current state, which includes everything decided here before. A lease that has
    /// run out is expired first, whatever becomes of the command. That expiry is attributed to the schedule if the
    /// schedule sent the command, otherwise to the lease itself, never to the caller.
    /// </summary>
    public Decision Decide(
        SessionCommand command, Guid commandId, Provenance by, DateTimeOffset now, LeasePolicy policy,
        int ownerSessions = 0)
    {
        var context = new DecisionContext(now, policy, Address.Owner, by.Actor, by.MayReadStorage)
        {
            OwnerSessions = ownerSessions,
        };
        var settled = SessionDecider.Settle(Session, context);
        if (settled.Length > 0)
            Record(settled, commandId, by.IsSystem ? by : new Provenance("lease", Node: by.Node));

        var decision = SessionDecider.Decide(Session, command, context);
        if (decision is Decision.Accepted accepted)
            Record(accepted.Events, commandId, by);
        return decision;
    }

    /// <summary>Applies an event that was recorded elsewhere. Nothing is decided.</summary>
    public void Replay(LoggedEvent logged)
    {
        Session = Session.Evolve(Session, logged.Event);
        events.Add(new NewEvent(logged.Event, logged.CommandId, logged.Provenance));
    }

    void Record(ImmutableArray<SessionEvent> decided, Guid commandId, Provenance by)
    {
        foreach (var @event in decided)
        {
            Session = Session.Evolve(Session, @event);
            events.Add(new NewEvent(@event, commandId, by));
        }
    }
}
