using Sessions.Domain;

namespace Sessions.Storage.Log;

/// <summary>An event as the log has it, parsed.</summary>
/// <param name="Position">Its position in the log.</param>
/// <param name="Address">The session's id and owner.</param>
/// <param name="Version">Its number within its stream, from 1.</param>
/// <param name="CommandId">The command that caused it.</param>
/// <param name="Event">What happened; <see cref="SessionEvent.At"/> says when.</param>
/// <param name="Provenance">Who caused it, and how.</param>
public sealed record RecordedEvent(
    LogPosition Position,
    SessionAddress Address,
    int Version,
    Guid CommandId,
    SessionEvent Event,
    Provenance Provenance);
