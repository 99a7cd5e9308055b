using Sessions.Domain;

namespace Sessions.Storage.Log;

/// <summary>An event as it lies in the log.</summary>
/// <param name="Position">Where.</param>
/// <param name="Address">Whose, and which session's.</param>
/// <param name="Version">Its number within its stream, from 1.</param>
/// <param name="CommandId">The command that caused it.</param>
/// <param name="Event">What happened; <see cref="SessionEvent.At"/> says when.</param>
/// <param name="Provenance">Who caused it, and by which way.</param>
public sealed record RecordedEvent(
    LogPosition Position,
    SessionAddress Address,
    int Version,
    Guid CommandId,
    SessionEvent Event,
    Provenance Provenance);
