using System.Collections.Immutable;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Faults.History;

/// <summary>Everything that is known of one run, gathered when it is over. The checker looks at nothing else.</summary>
/// <param name="Policy">The lease policy of all nodes.</param>
/// <param name="Items">What sessions can be about, as the library has it; it does not change in a run.</param>
/// <param name="Began">The database's time before the first request.</param>
/// <param name="Ended">The database's time after the last event.</param>
/// <param name="Operations">Every request of every client.</param>
/// <param name="Log">All events, in the log's order.</param>
/// <param name="Streams">The rows of all streams, with their snapshots read as nodes read them.</param>
/// <param name="List">The rows of the list.</param>
/// <param name="Schedule">The rows of the schedule.</param>
/// <param name="DeadLetters">The sessions whose message was given up.</param>
/// <param name="Followed">The positions that a reader of the log met during the run, as they came.</param>
/// <param name="TimeAtMost">
/// What the database's clock showed at the latest at a moment of the driver's: nothing that it dates later was there
/// by then.
/// </param>
/// <param name="TimeAtLeast">What that clock showed at the least: nothing that was asked only then does it date earlier.</param>
/// <param name="KeepsEndsFrom">
/// From when on, by the driver's clock, whoever begins a transfer finds its end on record. Nobody waits for that record, so
/// those of before may be missing where a node was killed, or its database broken.
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

/// <summary>A stream as its row has it.</summary>
sealed record StoredStream(SessionAddress Address, int Version, Session Snapshot, Guid? ClientToken);

/// <summary>A row of the list.</summary>
sealed record StoredListing(SessionAddress Address, Guid ItemId);

/// <summary>A row of the schedule.</summary>
sealed record StoredMessage(SessionAddress Address, DueKind Kind, DateTimeOffset DueAt, int Attempts);
