using Npgsql;
using NpgsqlTypes;
using Sessions.Projections.Following;

namespace Sessions.Projections.Audit;

/// <summary>
/// Who did what, when, on what, from where, and why: a row an event, written behind the log.
/// <see cref="AuditQueries"/> reads it.
/// </summary>
public sealed class AuditTrail : ILogFollower
{
    static readonly string CopyRows = Sql.Read("copy_to_audit_trail");

    readonly ItemMemory memory = new();

    /// <inheritdoc/>
    public string Name => "audit-trail";

    /// <inheritdoc/>
    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        ArgumentNullException.ThrowIfNull(tables);
        var items = await memory.Find(stretch.Events, tables.Connection, cancellation);
        await using var rows = await tables.Connection.BeginBinaryImportAsync(tables.Of(CopyRows), cancellation);
        for (var i = 0; i < items.Length; i++)
            Write(rows, new AuditRow(stretch.First + i, stretch.Events[i], items[i]));
        await rows.CompleteAsync(cancellation);
        return items.Length;
    }

    /// <summary>Into the connection's buffer, which the importer empties as it fills: nothing to wait for each time.</summary>
    static void Write(NpgsqlBinaryImporter rows, AuditRow row)
    {
        var (logged, by) = (row.Logged, row.Logged.Provenance);
        rows.StartRow();
        rows.Write(row.Number, NpgsqlDbType.Bigint);
        rows.Write(logged.At, NpgsqlDbType.TimestampTz);
        rows.Write(logged.Address.Id.Value, NpgsqlDbType.Uuid);
        WriteOrNull(rows, row.ItemId);
        WriteOrNull(rows, row.Trace);
        rows.Write(logged.Version, NpgsqlDbType.Integer);
        rows.Write(logged.Address.Owner, NpgsqlDbType.Text);
        rows.Write(logged.Type, NpgsqlDbType.Text);
        WriteOrNull(rows, by.Actor);
        WriteOrNull(rows, row.Reason);
        WriteOrNull(rows, by.Address);
    }

    static void WriteOrNull(NpgsqlBinaryImporter rows, Guid? value)
    {
        if (value is { } given)
            rows.Write(given, NpgsqlDbType.Uuid);
        else
            rows.WriteNull();
    }

    static void WriteOrNull(NpgsqlBinaryImporter rows, string? value)
    {
        if (value is not null)
            rows.Write(value, NpgsqlDbType.Text);
        else
            rows.WriteNull();
    }
}
