using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// The bytes that an event's hash is over: its columns in the order of <c>copy_log.sql</c>, each as
/// PostgreSQL's binary COPY sends it, a length of four bytes and then the value. A row from the database
/// is hashed as it comes; what comes from a file is written into the same form here.
/// </summary>
public static class EventContent
{
    /// <summary>Where a row's session begins: behind its time and a length.</summary>
    const int StreamIdAt = LengthSize + 8 + LengthSize;

    const int VersionAt = StreamIdAt + 16 + LengthSize + 16 + LengthSize;

    const int LengthSize = sizeof(int);

    /// <summary>PostgreSQL counts microseconds from here.</summary>
    static readonly DateTimeOffset Origin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The content of an event.</summary>
    public static void Write(IBufferWriter<byte> writer, StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(stored);
        Span<byte> value = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(value, (stored.RecordedAt - Origin).Ticks / TimeSpan.TicksPerMicrosecond);
        Field(writer, value[..8]);
        stored.Address.Id.Value.TryWriteBytes(value, bigEndian: true, out _);
        Field(writer, value);
        stored.CommandId.TryWriteBytes(value, bigEndian: true, out _);
        Field(writer, value);
        BinaryPrimitives.WriteInt32BigEndian(value, stored.Version);
        Field(writer, value[..4]);
        BinaryPrimitives.WriteInt16BigEndian(value, stored.Schema);
        Field(writer, value[..2]);
        Field(writer, Encoding.UTF8.GetBytes(stored.Address.Owner));
        Field(writer, Encoding.UTF8.GetBytes(stored.Type));
        Field(writer, stored.Data.Span);
        Field(writer, stored.Metadata.Span);
    }

    /// <summary>The event of a content.</summary>
    public static StoredEvent Read(LogPosition position, ReadOnlySpan<byte> content)
    {
        var recordedAt = Origin.AddTicks(
            BinaryPrimitives.ReadInt64BigEndian(Next(ref content)) * TimeSpan.TicksPerMicrosecond);
        var streamId = new Guid(Next(ref content), bigEndian: true);
        var commandId = new Guid(Next(ref content), bigEndian: true);
        var version = BinaryPrimitives.ReadInt32BigEndian(Next(ref content));
        var schema = BinaryPrimitives.ReadInt16BigEndian(Next(ref content));
        var owner = Encoding.UTF8.GetString(Next(ref content));
        var type = Encoding.UTF8.GetString(Next(ref content));
        var data = Next(ref content).ToArray();
        return new StoredEvent(
            position, recordedAt, new SessionAddress(new SessionId(streamId), owner), version, commandId, type, schema,
            data, Next(ref content).ToArray());
    }

    /// <summary>Whose event a content is, without reading the rest: its session and its version there.</summary>
    public static (Guid StreamId, int Version) ReadPlace(ReadOnlySpan<byte> content) =>
        (new Guid(content.Slice(StreamIdAt, 16), bigEndian: true),
            BinaryPrimitives.ReadInt32BigEndian(content[VersionAt..]));

    static void Field(IBufferWriter<byte> writer, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32BigEndian(writer.GetSpan(LengthSize), value.Length);
        writer.Advance(LengthSize);
        writer.Write(value);
    }

    static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> content)
    {
        var end = LengthSize + BinaryPrimitives.ReadInt32BigEndian(content);
        var value = content[LengthSize..end];
        content = content[end..];
        return value;
    }
}
