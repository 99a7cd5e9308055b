using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Faults.History;

/// <summary>The life of one session according to the log: its events, and its state after each.</summary>
sealed class StreamHistory
{
    StreamHistory(SessionAddress address, ImmutableArray<RecordedEvent> events)
    {
        Address = address;
        Events = events;
        States = [.. events.Aggregate(
            new List<Session> { Session.Initial },
            (states, recorded) =>
            {
                states.Add(Session.Evolve(states[^1], recorded.Event));
                return states;
            })];
        Commits = [.. Runs(events)];
    }

    public SessionAddress Address { get; }

    /// <summary>In the log's order.</summary>
    public ImmutableArray<RecordedEvent> Events { get; }

    /// <summary>The state before the first event, and after each.</summary>
    public ImmutableArray<Session> States { get; }

    /// <summary>What each command added.</summary>
    public ImmutableArray<Commit> Commits { get; }

    /// <summary>The state at the end.</summary>
    public Session Now => States[^1];

    /// <summary>
    /// Until when it existed for certain, by the database's clock: the time of a removal is read before it is written.
    /// </summary>
    public DateTimeOffset ThereUntil => Now switch
    {
        Session.Living => DateTimeOffset.MaxValue,
        Session.Deleted gone => gone.At,
        _ => DateTimeOffset.MinValue,
    };

    /// <summary>When the state after this many events began, by the database's clock.</summary>
    public DateTimeOffset Since(int count) => count == 0 ? DateTimeOffset.MinValue : Events[count - 1].Event.At;

    /// <summary>
    /// How many events can have existed at a time of the database's clock. An event's time is read before it is
    /// written, so no client sees the event earlier; how much later is unknown.
    /// </summary>
    public int CountAt(DateTimeOffset time) => Events.Count(recorded => recorded.Event.At <= time);

    /// <summary>The token of its creation, if it had one.</summary>
    public Guid? ClientToken => Events is [{ Event: SessionEvent.SessionCreated { ClientToken: var token } }, ..] ? token : null;

    /// <summary>All sessions in the log.</summary>
    public static Dictionary<SessionAddress, StreamHistory> Of(IEnumerable<RecordedEvent> log) =>
        log.GroupBy(recorded => recorded.Address)
            .ToDictionary(stream => stream.Key, stream => new StreamHistory(stream.Key, [.. stream]));

    /// <summary>A session that is not in the log.</summary>
    public static StreamHistory Never(SessionAddress address) => new(address, []);

    static IEnumerable<Commit> Runs(ImmutableArray<RecordedEvent> events)
    {
        var first = 0;
        for (var i = 1; i <= events.Length; i++)
        {
            if (i < events.Length && events[i].CommandId == events[first].CommandId)
                continue;
            yield return new Commit(first, [.. events[first..i]]);
            first = i;
        }
    }
}

/// <summary>What one command added to a stream.</summary>
/// <param name="Before">How many events the stream had before.</param>
/// <param name="Events">The events, in order.</param>
sealed record Commit(int Before, ImmutableArray<RecordedEvent> Events)
{
    /// <summary>How many events the stream had after it.</summary>
    public int After => Before + Events.Length;

    /// <summary>The request that caused it; null for what the schedule and lapsed leases do.</summary>
    public string? TraceId =>
        Events[^1].Provenance.TraceParent is { } traceParent ? Operation.TraceIdOf(traceParent) : null;
}
