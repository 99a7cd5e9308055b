using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Projections.Audit;

/// <summary>An event as the audit shows it: who did what, when, on what, from where, and why.</summary>
/// <param name="Number">Its place in the log, counted from 1.</param>
/// <param name="At">When, by the database's clock.</param>
/// <param name="Type">What happened.</param>
/// <param name="Session">Which session.</param>
/// <param name="Version">Which event of the session, from 1.</param>
/// <param name="Owner">Whose session.</param>
/// <param name="Item">The library item of the session.</param>
/// <param name="Actor">Who did it, or null for the system.</param>
/// <param name="Roles">The actor's roles at that moment, or null for none.</param>
/// <param name="Reason">Why, for those that have a reason.</param>
/// <param name="Address">The client's network address.</param>
/// <param name="Origin">By which way: the dialect and the operation, or the schedule.</param>
/// <param name="Node">The node that carried it out.</param>
/// <param name="TraceParent">The request's W3C trace parent.</param>
/// <param name="Command">The command that caused it.</param>
/// <param name="Data">Its data, as it was written.</param>
public sealed record AuditEvent(
    long Number,
    DateTimeOffset At,
    string Type,
    Guid Session,
    int Version,
    string Owner,
    Guid? Item,
    string? Actor,
    IReadOnlyList<string>? Roles,
    string? Reason,
    string? Address,
    string Origin,
    string? Node,
    string? TraceParent,
    Guid Command,
    [property: JsonConverter(typeof(WrittenJson))] ReadOnlyMemory<byte> Data)
{
    /// <summary>Where a reader stands who has seen it.</summary>
    [JsonIgnore]
    public AuditCursor Cursor => new(At, Number);

    /// <summary>A row of the trail, whole.</summary>
    public static AuditEvent Of(AuditRow row)
    {
        var (logged, by) = (row.Logged, row.Logged.Provenance);
        return new AuditEvent(
            row.Number, logged.At, logged.Type, logged.Address.Id.Value, logged.Version, logged.Address.Owner, row.ItemId,
            by.Actor, by.Roles, row.Reason, by.Address, by.Origin, by.Node, by.TraceParent, logged.CommandId, logged.Data);
    }
}

/// <summary>A page of the trail.</summary>
/// <param name="Events">The events.</param>
/// <param name="NextCursor">Where the next page begins; null when this was the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Events, string? NextCursor);

/// <summary>JSON that is there already, byte by byte.</summary>
sealed class WrittenJson : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        JsonSerializer.SerializeToUtf8Bytes(JsonElement.ParseValue(ref reader), AuditJson.Default.JsonElement);

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Span, skipInputValidation: true);
}
