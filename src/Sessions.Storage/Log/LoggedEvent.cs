using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Npgsql;
using Sessions.Domain;

namespace Sessions.Storage.Log;

/// <summary>Columns of an event that can be copied as they are.</summary>
public enum EventColumn
{
    /// <summary>When it was decided.</summary>
    RecordedAt,

    /// <summary>The session's id.</summary>
    StreamId,

    /// <summary>Its number within its stream.</summary>
    Version,

    /// <summary>The session's owner.</summary>
    Owner,

    /// <summary>Its name.</summary>
    Type,
}

/// <summary>
/// An event as its row has it: its position, and the bytes of its columns. They are parsed on demand, because most
/// followers of the log need little of an event.
/// </summary>
public sealed class LoggedEvent
{
    /// <summary>
    /// How many columns of a row belong to the event; any others that a statement returns come after them.
    /// </summary>
    public const int ColumnCount = 12;

    readonly ReadOnlyMemory<byte> content;
    readonly int type;
    readonly int data;
    readonly int metadata;
    SessionEvent? read;
    Provenance? by;
    string? owner;
    string? name;

    /// <summary>An event by its content.</summary>
    /// <param name="position">Its position in the log.</param>
    /// <param name="content">Its <see cref="EventContent"/>.</param>
    internal LoggedEvent(LogPosition position, ReadOnlyMemory<byte> content)
    {
        Position = position;
        this.content = content;
        type = EventContent.After(content.Span, EventContent.OwnerAt);
        data = EventContent.After(content.Span, type);
        metadata = EventContent.After(content.Span, data);
    }

    /// <summary>An event by its columns.</summary>
    /// <param name="position">Its position in the log.</param>
    /// <param name="address">The session's id and owner.</param>
    /// <param name="version">Its number within its stream, from 1.</param>
    /// <param name="at">When it was decided, by the database's clock.</param>
    /// <param name="commandId">The command that caused it.</param>
    /// <param name="type">Its name, as in <see cref="EventJson.Types"/>.</param>
    /// <param name="schema">The version of its data.</param>
    /// <param name="data">Its data: JSON, byte for byte as it was written.</param>
    /// <param name="metadata">Who caused it, and how: JSON, likewise.</param>
    public LoggedEvent(
        LogPosition position, SessionAddress address, int version, DateTimeOffset at, Guid commandId, string type,
        short schema, ReadOnlySpan<byte> data, ReadOnlySpan<byte> metadata)
        : this(
            position,
            EventContent.Of(address, version, EventContent.MicrosecondsOf(at), commandId, type, schema, data, metadata))
    {
    }

    /// <summary>Its position in the log.</summary>
    public LogPosition Position { get; }

    /// <summary>All of its columns but its position, as they are hashed.</summary>
    public ReadOnlyMemory<byte> Content => content;

    /// <summary>The session's id and owner.</summary>
    public SessionAddress Address =>
        new(new SessionId(GuidAt(EventContent.StreamIdAt)), owner ??= TextAt(EventContent.OwnerAt));

    /// <summary>Its number within its stream, from 1.</summary>
    public int Version => BinaryPrimitives.ReadInt32BigEndian(ValueAt(EventContent.VersionAt));

    /// <summary>When it was decided, by the database's clock.</summary>
    /// <exception cref="UnreadableEventException">The time is beyond the range of <see cref="DateTimeOffset"/>.</exception>
    public DateTimeOffset At =>
        KnownAt ?? throw new UnreadableEventException(this, new OverflowException("Its time is out of range."));

    /// <summary>The same, or null if the time is beyond the range of <see cref="DateTimeOffset"/>.</summary>
    public DateTimeOffset? KnownAt => EventContent.ReadAt(content.Span);

    /// <summary>The command that caused it.</summary>
    public Guid CommandId => GuidAt(EventContent.CommandIdAt);

    /// <summary>Its name, as in <see cref="EventJson.Types"/>.</summary>
    public string Type => name ??= TextAt(type);

    /// <summary>The version of its data.</summary>
    public short Schema => BinaryPrimitives.ReadInt16BigEndian(ValueAt(EventContent.SchemaAt));

    /// <summary>Its data: JSON, byte for byte as it was written.</summary>
    public ReadOnlyMemory<byte> Data => content.Slice(data, ValueAt(data).Length);

    /// <summary>Who caused it, and how: JSON, byte for byte as it was written.</summary>
    public ReadOnlyMemory<byte> Metadata => content.Slice(metadata, ValueAt(metadata).Length);

    /// <summary>What happened.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    public SessionEvent Event =>
        read ??= Read(static logged => EventJson.Current.Read(logged.Type, logged.Schema, logged.ValueAt(logged.data), logged.At));

    /// <summary>Who caused it, and how.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    public Provenance Provenance => by ??= Read(static logged => Provenance.FromJson(logged.ValueAt(logged.metadata)));

    /// <summary>The parts of its provenance that the audit trail can be filtered by.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    public ProvenanceText ProvenanceText => Read(static logged => ProvenanceText.Of(logged.ValueAt(logged.metadata)));

    /// <summary>The whole event, parsed.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    public RecordedEvent Recorded => new(Position, Address, Version, CommandId, Event, Provenance);

    /// <summary>A row of a statement that begins with the columns of <c>read_committed_log.sql</c>.</summary>
    public static LoggedEvent Read(NpgsqlDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new LoggedEvent(
            new LogPosition(reader.GetInt32(0), reader.GetFieldValue<ulong>(1), reader.GetInt64(2)),
            EventContent.Of(
                new SessionAddress(new SessionId(reader.GetGuid(3)), reader.GetString(4)),
                reader.GetInt32(5),
                reader.GetFieldValue<long>(6),
                reader.GetGuid(7),
                reader.GetString(8),
                reader.GetInt16(9),
                reader.GetFieldValue<byte[]>(10),
                reader.GetFieldValue<byte[]>(11)));
    }

    /// <summary>A column in PostgreSQL's binary form, to be written into another table.</summary>
    public ReadOnlySpan<byte> Bytes(EventColumn column) => ValueAt(column switch
    {
        EventColumn.RecordedAt => EventContent.AtAt,
        EventColumn.StreamId => EventContent.StreamIdAt,
        EventColumn.Version => EventContent.VersionAt,
        EventColumn.Owner => EventContent.OwnerAt,
        EventColumn.Type => type,
        _ => throw new UnreachableException(),
    });

    /// <summary>Parses a part. Whatever the parser fails at, the event is at fault.</summary>
    T Read<T>(Func<LoggedEvent, T> part)
        where T : allows ref struct
    {
        try
        {
            return part(this);
        }
        catch (Exception why) when (why is not (OutOfMemoryException or UnreadableEventException))
        {
            throw new UnreadableEventException(this, why);
        }
    }

    ReadOnlySpan<byte> ValueAt(int start) => EventContent.Value(content.Span, start);

    Guid GuidAt(int start) => new(ValueAt(start), bigEndian: true);

    string TextAt(int start) => Encoding.UTF8.GetString(ValueAt(start));
}
