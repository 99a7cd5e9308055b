using Npgsql;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// An event as its row has it. What it means is read when somebody asks, once: most of those who follow
/// the log need little of it.
/// </summary>
/// <param name="position">Where in the log.</param>
/// <param name="address">Whose, and which session's.</param>
/// <param name="version">Its number within its stream, from 1.</param>
/// <param name="at">When it was decided, by the database's clock.</param>
/// <param name="commandId">The command that caused it.</param>
/// <param name="type">Its name, as in <see cref="EventJson.Types"/>.</param>
/// <param name="schema">The version of its data.</param>
/// <param name="data">Its data: JSON, byte by byte as it was written.</param>
/// <param name="metadata">Who caused it, and by which way: JSON, likewise.</param>
public sealed class LoggedEvent(
    LogPosition position,
    SessionAddress address,
    int version,
    DateTimeOffset at,
    Guid commandId,
    string type,
    short schema,
    byte[] data,
    byte[] metadata)
{
    SessionEvent? read;
    Provenance? by;

    /// <summary>Where in the log.</summary>
    public LogPosition Position => position;

    /// <summary>Whose, and which session's.</summary>
    public SessionAddress Address => address;

    /// <summary>Its number within its stream, from 1.</summary>
    public int Version => version;

    /// <summary>When it was decided, by the database's clock.</summary>
    public DateTimeOffset At => at;

    /// <summary>The command that caused it.</summary>
    public Guid CommandId => commandId;

    /// <summary>Its name, as in <see cref="EventJson.Types"/>.</summary>
    public string Type => type;

    /// <summary>The version of its data.</summary>
    public short Schema => schema;

    /// <summary>Its data: JSON, byte by byte as it was written.</summary>
    public ReadOnlyMemory<byte> Data => data;

    /// <summary>Who caused it, and by which way: JSON, byte by byte as it was written.</summary>
    public ReadOnlyMemory<byte> Metadata => metadata;

    /// <summary>What happened.</summary>
    /// <exception cref="NotSupportedException">A newer version of this program wrote it.</exception>
    public SessionEvent Event => read ??= EventJson.Current.Read(type, schema, data, at);

    /// <summary>Who caused it, and by which way.</summary>
    public Provenance Provenance => by ??= Provenance.FromJson(metadata);

    /// <summary>A row of a statement that begins with the columns of <c>read_log.sql</c>.</summary>
    public static LoggedEvent Read(NpgsqlDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new LoggedEvent(
            new LogPosition(reader.GetInt32(0), reader.GetFieldValue<ulong>(1), reader.GetInt64(2)),
            new SessionAddress(new SessionId(reader.GetGuid(3)), reader.GetString(4)),
            reader.GetInt32(5),
            reader.GetFieldValue<DateTimeOffset>(6),
            reader.GetGuid(7),
            reader.GetString(8),
            reader.GetInt16(9),
            reader.GetFieldValue<byte[]>(10),
            reader.GetFieldValue<byte[]>(11));
    }

    /// <summary>All of it, read.</summary>
    public RecordedEvent Recorded => new(position, address, version, commandId, Event, Provenance);
}
