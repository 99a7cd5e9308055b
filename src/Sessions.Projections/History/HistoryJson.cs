using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sessions.Storage;

namespace Sessions.Projections.History;

/// <summary>An event as auditors and developers see it.</summary>
/// <param name="Version">Its number within its session, from 1.</param>
/// <param name="At">When it was recorded, by the database's clock.</param>
/// <param name="Type">Its name in the log.</param>
/// <param name="Actor">Who caused it; absent for the system.</param>
/// <param name="Origin">By which way.</param>
/// <param name="Roles">The actor's roles at that moment.</param>
/// <param name="Address">The client's network address.</param>
/// <param name="TraceParent">The request's W3C trace parent.</param>
/// <param name="Node">The node that carried it out.</param>
/// <param name="Command">The command that caused it; events of one command share it.</param>
/// <param name="Data">What happened.</param>
public sealed record EventEntry(
    int Version,
    DateTimeOffset At,
    string Type,
    string? Actor,
    string Origin,
    IReadOnlyList<string>? Roles,
    string? Address,
    string? TraceParent,
    string? Node,
    Guid Command,
    JsonNode Data)
{
    /// <summary>How an event shows.</summary>
    public static EventEntry Of(RecordedEvent recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var (type, data) = EventJson.Write(recorded.Event);
        var by = recorded.Provenance;
        return new EventEntry(
            recorded.Version, recorded.Event.At, type.Name, by.Actor, by.Origin, by.Roles, by.Address, by.TraceParent,
            by.Node, recorded.CommandId, JsonNode.Parse(data)!);
    }

    /// <summary>The event as JSON.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, HistoryJson.Default.EventEntry)!.AsObject();
}

/// <summary>The JSON of history: names as the rest of the API has them, times in UTC, nothing that is not true.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(SessionState))]
[JsonSerializable(typeof(EventEntry))]
sealed partial class HistoryJson : JsonSerializerContext;
