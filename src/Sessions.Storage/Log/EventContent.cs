using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sessions.Domain;

namespace Sessions.Storage.Log;

/// <summary>
/// The bytes of an event that are hashed: its columns in the order of <c>copy_log.sql</c>, each as PostgreSQL's binary
/// COPY sends it, a length of four bytes and then the value. A row from the database is hashed as it comes; an event from
/// a file is written into the same form here. JSON is hashed as it was written and never serialized again, so what JSON
/// leaves open (spaces, the order of members) cannot give one event two hashes.
/// </summary>
public static class EventContent
{
    // Where the values of the columns of fixed length begin, and that of the first other one: each after its own length.
    internal const int AtAt = LengthSize;
    internal const int StreamIdAt = AtAt + 8 + LengthSize;
    internal const int CommandIdAt = StreamIdAt + 16 + LengthSize;
    internal const int VersionAt = CommandIdAt + 16 + LengthSize;
    internal const int SchemaAt = VersionAt + 4 + LengthSize;
    internal const int OwnerAt = SchemaAt + 2 + LengthSize;

    const int LengthSize = sizeof(int);

    /// <summary>PostgreSQL counts microseconds from here.</summary>
    static readonly DateTimeOffset Origin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The content of an event.</summary>
    /// <remarks>
    /// The time is PostgreSQL's own count: a damaged one may be beyond the range of <see cref="DateTimeOffset"/>.
    /// </remarks>
    internal static byte[] Of(
        SessionAddress address, int version, long microseconds, Guid commandId, string type, short schema,
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> metadata)
    {
        var owner = Encoding.UTF8.GetBytes(address.Owner);
        var name = Encoding.UTF8.GetBytes(type);
        var content = new byte[OwnerAt + owner.Length + name.Length + data.Length + metadata.Length + (3 * LengthSize)];
        BinaryPrimitives.WriteInt64BigEndian(Field(AtAt, 8), microseconds);
        address.Id.Value.TryWriteBytes(Field(StreamIdAt, 16), bigEndian: true, out _);
        commandId.TryWriteBytes(Field(CommandIdAt, 16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(Field(VersionAt, 4), version);
        BinaryPrimitives.WriteInt16BigEndian(Field(SchemaAt, 2), schema);
        var next = OwnerAt;
        Append(owner);
        Append(name);
        Append(data);
        Append(metadata);
        return content;

        Span<byte> Field(int start, int length)
        {
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(start - LengthSize), length);
            return content.AsSpan(start, length);
        }

        void Append(ReadOnlySpan<byte> value)
        {
            value.CopyTo(Field(next, value.Length));
            next += value.Length + LengthSize;
        }
    }

    /// <summary>The SHA-256 of an event's content, which is all but its position in the log.</summary>
    public static byte[] Hash(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return SHA256.HashData(logged.Content.Span);
    }

    /// <summary>The session and the version of an event, read from its content without the rest.</summary>
    public static (Guid StreamId, int Version) ReadPlace(ReadOnlySpan<byte> content) =>
        (new Guid(Value(content, StreamIdAt), bigEndian: true),
            BinaryPrimitives.ReadInt32BigEndian(Value(content, VersionAt)));

    /// <summary>A time as PostgreSQL counts it.</summary>
    internal static long MicrosecondsOf(DateTimeOffset at) => (at - Origin).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>When the event was decided; null if the time is beyond the range of <see cref="DateTimeOffset"/>.</summary>
    internal static DateTimeOffset? ReadAt(ReadOnlySpan<byte> content)
    {
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(content[AtAt..]);
        return microseconds >= MicrosecondsOf(DateTimeOffset.MinValue) && microseconds <= MicrosecondsOf(DateTimeOffset.MaxValue)
            ? Origin.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            : null;
    }

    /// <summary>Where the value begins that follows the one at <paramref name="start"/>.</summary>
    internal static int After(ReadOnlySpan<byte> content, int start) => start + Length(content, start) + LengthSize;

    /// <summary>The value that begins at <paramref name="start"/>.</summary>
    internal static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> content, int start) => content.Slice(start, Length(content, start));

    static int Length(ReadOnlySpan<byte> content, int start) =>
        BinaryPrimitives.ReadInt32BigEndian(content[(start - LengthSize)..]);
}
