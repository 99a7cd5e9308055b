using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Faults.History;

/// <summary>Everything that is known of one run, gathered when it is over. The checker looks at nothing else.</summary>
/// <param name="Policy">The lease policy of all nodes.</param>
/// <param name="Items">The items that sessions can be on; the library does not change in a run.</param>
/// <param name="Began">The database's time before the first request.</param>
/// <param name="Ended">The database's time after the last event.</param>
/// <param name="Operations">Every request of every client.</param>
/// <param name="Log">All events, in the log's order.</param>
/// <param name="Streams">The rows of all streams, with their snapshots read as nodes read them.</param>
/// <param name="List">The rows of the list.</param>
/// <param name="Schedule">The rows of the schedule.</param>
/// <param name="DeadLetters">The sessions whose messages were given up.</param>
/// <param name="Followed">The positions that a reader of the log met during the run, in that order.</param>
/// <param name="TimeAtMost">
/// The latest time that the database's clock can have shown at a moment of the driver's: nothing that it dates later
/// existed by then.
/// </param>
/// <param name="TimeAtLeast">The earliest time that it can have shown: nothing requested only then is dated earlier.</param>
/// <param name="KeepsEndsFrom">
/// From when on, by the driver's clock, every transfer that begins has its end on record. No request waits for that
/// record, so earlier ones may be missing if a node was killed or its database was broken.
/// </param>
sealed record Run(
    LeasePolicy Policy,
    ImmutableArray<PinnedItem> Items,
    DateTimeOffset Began,
    DateTimeOffset Ended,
    ImmutableArray<Operation> Operations,
    ImmutableArray<RecordedEvent> Log,
    ImmutableArray<StoredStream> Streams,
    ImmutableArray<StoredListing> List,
    ImmutableArray<StoredMessage> Schedule,
    ImmutableArray<SessionAddress> DeadLetters,
    ImmutableArray<LogPosition> Followed,
    Func<long, DateTimeOffset> TimeAtMost,
    Func<long, DateTimeOffset> TimeAtLeast,
    long KeepsEndsFrom);

/// <summary>A row of a stream.</summary>
sealed record StoredStream(SessionAddress Address, int Version, Session Snapshot, Guid? ClientToken);

/// <summary>A row of the list.</summary>
sealed record StoredListing(SessionAddress Address, Guid ItemId);

/// <summary>A row of the schedule.</summary>
sealed record StoredMessage(SessionAddress Address, DueKind Kind, DateTimeOffset DueAt, int Attempts);
