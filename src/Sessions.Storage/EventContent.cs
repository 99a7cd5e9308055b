using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// The bytes that an event's hash is over: its columns in the order of <c>copy_log.sql</c>, each as
/// PostgreSQL's binary COPY sends it, a length of four bytes and then the value. A row from the database
/// is hashed as it comes; what comes from a file is written into the same form here. Nothing that JSON leaves
/// open (spaces, the order of members) can make two events out of one.
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
    public static void Write(IBufferWriter<byte> writer, LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(logged);
        Span<byte> value = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(value, (logged.At - Origin).Ticks / TimeSpan.TicksPerMicrosecond);
        Field(writer, value[..8]);
        logged.Address.Id.Value.TryWriteBytes(value, bigEndian: true, out _);
        Field(writer, value);
        logged.CommandId.TryWriteBytes(value, bigEndian: true, out _);
        Field(writer, value);
        BinaryPrimitives.WriteInt32BigEndian(value, logged.Version);
        Field(writer, value[..4]);
        BinaryPrimitives.WriteInt16BigEndian(value, logged.Schema);
        Field(writer, value[..2]);
        Field(writer, Encoding.UTF8.GetBytes(logged.Address.Owner));
        Field(writer, Encoding.UTF8.GetBytes(logged.Type));
        Field(writer, logged.Data.Span);
        Field(writer, logged.Metadata.Span);
    }

    /// <summary>The SHA-256 of an event's content: of all but its place in the log.</summary>
    public static byte[] Hash(LoggedEvent logged)
    {
        var content = new ArrayBufferWriter<byte>(512);
        Write(content, logged);
        return SHA256.HashData(content.WrittenSpan);
    }

    /// <summary>The event of a content.</summary>
    public static LoggedEvent Read(LogPosition position, ReadOnlySpan<byte> content)
    {
        var at = Origin.AddTicks(
            BinaryPrimitives.ReadInt64BigEndian(Next(ref content)) * TimeSpan.TicksPerMicrosecond);
        var streamId = new Guid(Next(ref content), bigEndian: true);
        var commandId = new Guid(Next(ref content), bigEndian: true);
        var version = BinaryPrimitives.ReadInt32BigEndian(Next(ref content));
        var schema = BinaryPrimitives.ReadInt16BigEndian(Next(ref content));
        var owner = Encoding.UTF8.GetString(Next(ref content));
        var type = Encoding.UTF8.GetString(Next(ref content));
        var data = Next(ref content).ToArray();
        return new LoggedEvent(
            position, new SessionAddress(new SessionId(streamId), owner), version, at, commandId, type, schema,
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
