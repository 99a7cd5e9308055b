using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Projections.History;

/// <summary>One event of a session, and what it changed.</summary>
/// <param name="Recorded">The event.</param>
/// <param name="Before">The state that it met.</param>
/// <param name="After">The state that it led to.</param>
public sealed record HistoryStep(RecordedEvent Recorded, Session Before, Session After)
{
    /// <summary>Events one by one. Those of several sessions may lie between each other, as in the log.</summary>
    public static IEnumerable<HistoryStep> Of(IEnumerable<RecordedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var sessions = new Dictionary<SessionAddress, Session>();
        foreach (var recorded in events)
        {
            var before = sessions.GetValueOrDefault(recorded.Address, Session.Initial);
            var after = sessions[recorded.Address] = Session.Evolve(before, recorded.Event);
            yield return new HistoryStep(recorded, before, after);
        }
    }
}

/// <summary>
/// A session's whole life, from its events. States are what the server itself makes of them
/// (<see cref="Session.Evolve"/>), never a second opinion.
/// </summary>
/// <param name="address">The session.</param>
/// <param name="events">All its events, in order.</param>
public sealed class SessionHistory(SessionAddress address, IReadOnlyList<RecordedEvent> events)
{
    /// <summary>The session.</summary>
    public SessionAddress Address { get; } = address;

    /// <summary>All its events, in order.</summary>
    public IReadOnlyList<RecordedEvent> Events { get; } = events;

    /// <summary>A session's history from the log, or null if there never was such a session.</summary>
    public static async Task<SessionHistory?> Find(
        EventStore store, SessionId id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.FindOwner(id, cancellation) is { } owner
            ? new SessionHistory(new SessionAddress(id, owner), await store.Read(new SessionAddress(id, owner), cancellation).ToListAsync(cancellation))
            : null;
    }

    /// <summary>Event by event.</summary>
    public IEnumerable<HistoryStep> Steps() => HistoryStep.Of(Events);

    /// <summary>
    /// The state at a moment, as it was recorded by then: a lease that had run out shows as such from when
    /// somebody, the schedule at the latest, wrote it down.
    /// </summary>
    public PastState At(Moment moment)
    {
        var past = new PastState(moment);
        foreach (var recorded in Events)
            past.Add(recorded);
        return past;
    }
}
