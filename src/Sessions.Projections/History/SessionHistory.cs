using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Projections.History;

/// <summary>One event of a session, and what it changed.</summary>
/// <param name="Logged">The event.</param>
/// <param name="Before">The state before it.</param>
/// <param name="After">The state after it.</param>
/// <param name="Fault">What is wrong with it, or null: it does not follow the one before, or cannot be read.</param>
public sealed record HistoryStep(LoggedEvent Logged, Session Before, Session After, string? Fault);

/// <summary>
/// A session's whole life, from its events. States are folded by the server's own
/// <see cref="Session.Evolve"/>, never by a second implementation.
/// </summary>
/// <param name="address">The session.</param>
/// <param name="events">All its events, in order.</param>
public sealed class SessionHistory(SessionAddress address, IReadOnlyList<LoggedEvent> events)
{
    /// <summary>The session.</summary>
    public SessionAddress Address { get; } = address;

    /// <summary>All its events, in order.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; } = events;

    /// <summary>A session's history from the log, or null if there never was such a session.</summary>
    public static async Task<SessionHistory?> Find(
        EventStore store, SessionId id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.FindOwner(id).WaitAsync(cancellation) is not { } owner)
            return null;
        var address = new SessionAddress(id, owner);
        var events = store.Read(address, cancellation).ToListAsync(cancellation).AsTask();
        return new SessionHistory(address, await events.WaitAsync(cancellation));
    }

    /// <summary>Event by event.</summary>
    public IEnumerable<HistoryStep> Steps()
    {
        var replay = new StreamReplay();
        foreach (var logged in Events)
        {
            var before = replay.Session;
            var fault = replay.Add(logged);
            yield return new HistoryStep(logged, before, replay.Session, fault);
        }
    }

    /// <summary>
    /// The state at a moment, as it was recorded by then: a lapsed lease shows as expired only once a command, or
    /// at the latest the schedule, had recorded that.
    /// </summary>
    public PastState At(Moment moment)
    {
        var past = new PastState(moment);
        foreach (var logged in Events)
            past.Add(logged);
        return past;
    }
}
