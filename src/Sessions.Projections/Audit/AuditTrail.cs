using System.Text;
using Npgsql;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>
/// Follows the log, and writes one row per event: who did what, when, on what, from where, and why.
/// <see cref="AuditQueries"/> reads it.
/// </summary>
/// <param name="sessionsMax">For how many sessions it remembers the item; for others it reads the item again.</param>
/// <param name="passesDamage">
/// Whether a damaged event is written as far as it can be read, since waiting would never make it readable. False in a
/// rebuild: the live trail may have more of it.
/// </param>
public sealed class AuditTrail(int sessionsMax = ItemMemory.SizeMax, bool passesDamage = true) : ILogFollower
{
    readonly ItemMemory memory = new(sessionsMax);

    /// <inheritdoc/>
    public string Name => "audit-trail";

    /// <inheritdoc/>
    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tables);
        var write = await Prepare(stretch, tables.Connection, cancellation);
        return await write(tables, cancellation);
    }

    /// <inheritdoc/>
    public async Task<PreparedWrite> Prepare(LogStretch stretch, NpgsqlConnection reading, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        var items = await memory.Find(stretch.Events, reading, cancellation);
        var rows = new CopyRows();
        if (!passesDamage)
            MustBeReadable(items, stretch.Events);
        for (var i = 0; i < items.Length; i++)
            Add(rows, stretch.First + i, stretch.Events[i], items[i]);
        return async (tables, cancellation) =>
        {
            await rows.Send(tables.Connection, tables.Of(Sql.CopyToAuditTrail), cancellation);
            return items.Length;
        };
    }

    /// <summary>Fails if a session's first event, and with it the item, is unreadable: the live trail may have it.</summary>
    /// <exception cref="UnreadableEventException">There is such an event.</exception>
    static void MustBeReadable(Guid?[] items, IReadOnlyList<LoggedEvent> events)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is null && events[i].Version == 1)
                _ = events[i].Event;
        }
    }

    /// <summary>Adds the columns of <see cref="TrailRow"/>. Most are copied from the event's row byte by byte.</summary>
    void Add(CopyRows rows, long number, LoggedEvent logged, Guid? item)
    {
        // Everything is read before the row is begun, since half a row cannot be undone.
        var by = ByOf(logged);
        var reason = ReasonOf(logged);
        rows.BeginRow(11);
        rows.Write(number);
        rows.Write(logged.Bytes(EventColumn.RecordedAt));
        rows.Write(logged.Bytes(EventColumn.StreamId));
        rows.Write(item);
        rows.Write(NumberedEvent.TraceOf(by.TraceParent));
        rows.Write(logged.Bytes(EventColumn.Version));
        rows.Write(logged.Bytes(EventColumn.Owner));
        rows.Write(logged.Bytes(EventColumn.Type));
        WriteOrNull(rows, by.Actor);
        WriteOrNull(rows, reason);
        WriteOrNull(rows, by.Address);
    }

    /// <summary>Who caused it; empty if that is damaged, which verify reports.</summary>
    ProvenanceText ByOf(LoggedEvent logged)
    {
        try
        {
            return logged.ProvenanceText;
        }
        catch (UnreadableEventException damaged) when (passesDamage && !damaged.IsNewer)
        {
            return default;
        }
    }

    /// <summary>Why it happened; empty if that is damaged.</summary>
    ReadOnlySpan<byte> ReasonOf(LoggedEvent logged)
    {
        try
        {
            return NumberedEvent.HasReason(logged.Type) ? Encoding.UTF8.GetBytes(NumberedEvent.ReasonOf(logged.Event)!) : default;
        }
        catch (UnreadableEventException damaged) when (passesDamage && !damaged.IsNewer)
        {
            return default;
        }
    }

    static void WriteOrNull(CopyRows rows, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            rows.WriteNull();
        else
            rows.Write(text);
    }
}
