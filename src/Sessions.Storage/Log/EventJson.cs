using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sessions.Domain;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Storage.Log;

/// <summary>How one kind of event is stored.</summary>
/// <param name="Name">Its name in the table; never changes.</param>
/// <param name="Schema">The version of its data that is written now.</param>
/// <param name="Json">How its data is serialized.</param>
public sealed record EventType(string Name, short Schema, JsonTypeInfo Json);

/// <summary>Turns the data of one schema version into that of the next.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="From">The schema version that it reads.</param>
/// <param name="Change">Changes the data in place.</param>
public sealed record Upcast(string Name, short From, Action<JsonObject> Change);

/// <summary>The stored form of events: names, schema versions, and upcasts of old versions.</summary>
public sealed class EventJson
{
    /// <summary>
    /// The names of all events. To change an event's data, raise its schema here and add an upcast
    /// to <see cref="Upcasts"/>; never change a name or remove a row.
    /// </summary>
    public static readonly FrozenDictionary<Type, EventType> Types = new Dictionary<Type, EventType>
    {
        [typeof(SessionCreated)] = new("session_created", 1, EventJsonContext.Default.SessionCreated),
        [typeof(SessionKeptAlive)] = new("session_kept_alive", 1, EventJsonContext.Default.SessionKeptAlive),
        [typeof(FilePrepared)] = new("file_prepared", 1, EventJsonContext.Default.FilePrepared),
        [typeof(TransferStarted)] = new("transfer_started", 1, EventJsonContext.Default.TransferStarted),
        [typeof(FileTransferred)] = new("file_transferred", 1, EventJsonContext.Default.FileTransferred),
        [typeof(TransferAborted)] = new("transfer_aborted", 1, EventJsonContext.Default.TransferAborted),
        [typeof(SessionCanceled)] = new("session_canceled", 1, EventJsonContext.Default.SessionCanceled),
        [typeof(SessionFailed)] = new("session_failed", 1, EventJsonContext.Default.SessionFailed),
        [typeof(SessionExpired)] = new("session_expired", 1, EventJsonContext.Default.SessionExpired),
        [typeof(SessionDeleted)] = new("session_deleted", 1, EventJsonContext.Default.SessionDeleted),
    }.ToFrozenDictionary();

    /// <summary>The upcasts of old schema versions. None has been needed yet.</summary>
    public static readonly IReadOnlyList<Upcast> Upcasts = [];

    /// <summary>The format in force.</summary>
    public static EventJson Current { get; } = new(Types.Values, Upcasts);

    readonly FrozenDictionary<string, EventType> byName;
    readonly FrozenDictionary<(string, short), Upcast> upcasts;

    /// <summary>A separate format, as tests of upcasting need.</summary>
    public EventJson(IEnumerable<EventType> types, IEnumerable<Upcast> upcasts)
    {
        byName = types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        this.upcasts = upcasts.ToFrozenDictionary(upcast => (upcast.Name, upcast.From));
    }

    /// <summary>An event's type and the data to store.</summary>
    public static (EventType Type, byte[] Data) Write(SessionEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var type = Types[@event.GetType()];
        return (type, JsonSerializer.SerializeToUtf8Bytes(@event, type.Json));
    }

    /// <summary>
    /// Whether a newer version of this program must have written it: this one does not know the event, or not in this
    /// schema.
    /// </summary>
    public bool IsNewer(string name, short schema) => !byName.TryGetValue(name, out var type) || schema > type.Schema;

    /// <summary>Reads a stored event, whichever version of this program wrote it.</summary>
    /// <exception cref="NotSupportedException">A newer version of this program wrote it, or no version did.</exception>
    /// <exception cref="JsonException">The data is not as any version writes it.</exception>
    public SessionEvent Read(string name, short schema, ReadOnlySpan<byte> data, DateTimeOffset at)
    {
        if (IsNewer(name, schema))
            throw new NotSupportedException($"The event {name} of schema {schema} is newer than this program.");

        var type = byName[name];
        var stored = schema == type.Schema
            ? JsonSerializer.Deserialize(data, type.Json)
            : Raise(type, schema, JsonNode.Parse(data)!.AsObject()).Deserialize(type.Json);
        if (stored is SessionCreated created)
            RequireFiles(created.Item);
        return (SessionEvent)(stored ?? throw new JsonException("It is null.")) with { At = at };
    }

    /// <summary>The serializer refuses null members, but not null elements of a list.</summary>
    /// <exception cref="JsonException">One of the files is null.</exception>
    internal static void RequireFiles(PinnedItem item)
    {
        if (item.Files.Contains(null!))
            throw new JsonException("It has a file that is null.");
    }

    JsonObject Raise(EventType type, short schema, JsonObject data)
    {
        for (; schema < type.Schema; schema++)
        {
            if (!upcasts.TryGetValue((type.Name, schema), out var upcast))
                throw new NotSupportedException($"The event {type.Name} has no upcast from schema {schema}.");
            upcast.Change(data);
        }

        return data;
    }
}

/// <summary>Stores the values of an enumeration by name. A number is refused: it may be none of the values.</summary>
sealed class NameConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
