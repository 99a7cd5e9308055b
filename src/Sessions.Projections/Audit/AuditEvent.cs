using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Sessions.Storage.Log;

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
/// <param name="Origin">The source: dialect and operation, schedule, or lease. Null only if there is a fault.</param>
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
    string? Origin,
    string? Node,
    string? TraceParent,
    Guid? Command,
    [property: JsonConverter(typeof(WrittenJson))] ReadOnlyMemory<byte>? Data)
{
    /// <summary>What is wrong with it, or null. A damaged record is shown as it is and never left out.</summary>
    public string? Fault { get; init; }

    /// <summary>The cursor after this event. It has the trail's time, even if the log's differs.</summary>
    [JsonIgnore]
    public AuditCursor Cursor { get; init; } = new(At, Number);

    /// <summary>An event of the log as the audit shows it.</summary>
    public static AuditEvent Of(NumberedEvent row)
    {
        var logged = row.Logged;
        var shown = new AuditEvent(
            row.Number, logged.KnownAt ?? default, logged.Type, logged.Address.Id.Value, logged.Version, logged.Address.Owner, row.ItemId,
            Actor: null, Roles: null, Reason: null, Address: null, Origin: null, Node: null, TraceParent: null, logged.CommandId, logged.Data);
        try
        {
            _ = logged.Event;
            var by = logged.Provenance;
            return shown with
            {
                Actor = by.Actor, Roles = by.Roles, Reason = row.Reason, Address = by.Address, Origin = by.Origin, Node = by.Node,
                TraceParent = by.TraceParent,
            };
        }
        catch (UnreadableEventException damaged)
        {
            return shown with { Fault = $"It cannot be read: {damaged.Why}" };
        }
    }

    /// <summary>
    /// Reads a row of <c>read_audit_newest.sql</c>: the event as the log has it, compared with the trail's row. An event
    /// that the log lacks is shown as the trail has it.
    /// </summary>
    internal static AuditEvent Read(NpgsqlDataReader reader)
    {
        const int trail = LoggedEvent.ColumnCount;
        var (number, at) = (reader.GetInt64(trail), reader.GetFieldValue<DateTimeOffset>(trail + 1));
        var kept = TrailRow.Read(reader, trail + 2);
        if (!reader.IsDBNull(0))
        {
            var row = new NumberedEvent(number, LoggedEvent.Read(reader), kept.Item);
            var shown = Of(row);
            return shown with { Fault = shown.Fault ?? FaultOf(row, at, kept), Cursor = new AuditCursor(at, number) };
        }

        return new AuditEvent(
            number, at, kept.Type, kept.Session, kept.Version, kept.Owner, kept.Item, kept.Actor, Roles: null, kept.Reason, kept.Address,
            Origin: null, Node: null, TraceParent: null, Command: null, Data: null)
        {
            Fault = "The log has no such event: it was removed, or this row of the audit trail was altered. 'sessions verify' tells which.",
        };
    }

    /// <summary>How an event differs from its row, or null. Only a session's first event contains the item.</summary>
    static string? FaultOf(NumberedEvent row, DateTimeOffset keptAt, TrailRow kept)
    {
        var logged = TrailRow.Of(row with { ItemId = CreatedText.ItemOf(row.Logged) ?? kept.Item });
        var others = logged.DifferFrom(kept).ToList();
        if (keptAt != row.Logged.At)
            others.Add("time");
        return others.Count == 0 ? null
            : $"The audit trail has another {string.Join(" and ", others)} for it: one of the two was altered. "
                + "'sessions verify' tells which.";
    }
}

/// <summary>A page of the trail.</summary>
/// <param name="Events">The events.</param>
/// <param name="NextCursor">Where the next page begins; null when this was the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Events, string? NextCursor);

/// <summary>
/// Stored JSON, byte by byte as in an exported file. JSON that contains a line break becomes a string, so that it stays
/// on one line.
/// </summary>
sealed class WrittenJson : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        JsonSerializer.SerializeToUtf8Bytes(JsonElement.ParseValue(ref reader), AuditJson.Default.JsonElement);

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        EventLine.WriteText(writer, value.Span);
}
