using System.Buffers;
using System.Security.Cryptography;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// An event as its row keeps it: every column, and data and metadata byte for byte. What is hashed,
/// exported and imported is this, so nothing that JSON leaves open (spaces, the order of members) can
/// make two events out of one.
/// </summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="RecordedAt">When it was decided, in whole microseconds.</param>
/// <param name="Address">Whose, and which session's.</param>
/// <param name="Version">Its number within its stream, from 1.</param>
/// <param name="CommandId">The command that caused it.</param>
/// <param name="Type">The name of its kind, a key of <see cref="EventJson"/>.</param>
/// <param name="Schema">The schema version of its data.</param>
/// <param name="Data">What happened, JSON as it was written.</param>
/// <param name="Metadata">Who caused it, JSON as it was written.</param>
public sealed record StoredEvent(
    LogPosition Position,
    DateTimeOffset RecordedAt,
    SessionAddress Address,
    int Version,
    Guid CommandId,
    string Type,
    short Schema,
    ReadOnlyMemory<byte> Data,
    ReadOnlyMemory<byte> Metadata)
{
    /// <summary>What it says, read as production reads it.</summary>
    /// <exception cref="NotSupportedException">A newer version of this program wrote it.</exception>
    public RecordedEvent Read() => new(
        Position, Address, Version, CommandId,
        EventJson.Current.Read(Type, Schema, Data.Span, RecordedAt),
        Provenance.FromJson(Metadata.Span));

    /// <summary>The SHA-256 of its <see cref="EventContent"/>: of all but its place in the log.</summary>
    public byte[] Hash()
    {
        var content = new ArrayBufferWriter<byte>(512);
        EventContent.Write(content, this);
        return SHA256.HashData(content.WrittenSpan);
    }
}
