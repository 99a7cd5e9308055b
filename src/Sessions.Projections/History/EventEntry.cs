using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>An event as auditors and developers see it.</summary>
/// <param name="Version">Its number within its session, from 1.</param>
/// <param name="At">When it was recorded, by the database's clock.</param>
/// <param name="Type">Its name in the log.</param>
/// <param name="Actor">Who caused it; absent for the system.</param>
/// <param name="Origin">The source: dialect and operation, schedule, or lease; null only if there is a fault.</param>
/// <param name="Roles">The actor's roles at that moment.</param>
/// <param name="Address">The client's network address.</param>
/// <param name="TraceParent">The request's W3C trace parent.</param>
/// <param name="Node">The node that carried it out.</param>
/// <param name="Command">The command that caused it; events of one command share it.</param>
/// <param name="Data">What happened; if there is a fault, the stored text.</param>
public sealed record EventEntry(
    int Version,
    DateTimeOffset At,
    string Type,
    string? Actor,
    string? Origin,
    IReadOnlyList<string>? Roles,
    string? Address,
    string? TraceParent,
    string? Node,
    Guid Command,
    JsonNode? Data)
{
    /// <summary>What is wrong with it, or null: a damaged event is shown as it is.</summary>
    public string? Fault { get; init; }

    /// <summary>An event as it is shown.</summary>
    public static EventEntry Of(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        try
        {
            var (type, data) = EventJson.Write(logged.Event);
            var by = logged.Provenance;
            return new EventEntry(
                logged.Version, logged.At, type.Name, by.Actor, by.Origin, by.Roles, by.Address, by.TraceParent,
                by.Node, logged.CommandId, JsonNode.Parse(data));
        }
        catch (UnreadableEventException damaged)
        {
            return new EventEntry(
                logged.Version, logged.KnownAt ?? default, logged.Type, Actor: null, Origin: null, Roles: null, Address: null, TraceParent: null,
                Node: null, logged.CommandId, Encoding.UTF8.GetString(logged.Data.Span))
            {
                Fault = $"It cannot be read: {damaged.Why}",
            };
        }
    }

    /// <summary>The event as JSON.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, HistoryJson.Default.EventEntry)!.AsObject();
}
