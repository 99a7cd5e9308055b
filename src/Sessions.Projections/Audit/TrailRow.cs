using Npgsql;
using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>A row of the trail without its key: the columns that queries filter by.</summary>
sealed record TrailRow(
    Guid Session, Guid? Item, Guid? Trace, int Version, string Owner, string Type, string? Actor, string? Reason, string? Address)
{
    /// <summary>The row that an event must have.</summary>
    public static TrailRow Of(NumberedEvent row) => new(
        row.Logged.Address.Id.Value, row.ItemId, row.Trace, row.Logged.Version, row.Logged.Address.Owner, row.Logged.Type,
        row.Logged.Provenance.Actor, row.Reason, row.Logged.Provenance.Address);

    /// <summary>Reads a row from its first column on; the columns are in the order of the table.</summary>
    public static TrailRow Read(NpgsqlDataReader reader, int firstColumn)
    {
        return new TrailRow(
            reader.GetGuid(firstColumn), GuidAt(1), GuidAt(2), reader.GetInt32(firstColumn + 3), reader.GetString(firstColumn + 4),
            reader.GetString(firstColumn + 5), TextAt(6), TextAt(7), TextAt(8));

        Guid? GuidAt(int column) => reader.IsDBNull(firstColumn + column) ? null : reader.GetGuid(firstColumn + column);

        string? TextAt(int column) => reader.IsDBNull(firstColumn + column) ? null : reader.GetString(firstColumn + column);
    }

    /// <summary>Whether this is the row of an event, whatever its other columns say.</summary>
    public bool IsOf(LoggedEvent logged) =>
        Session == logged.Address.Id.Value && Version == logged.Version && string.Equals(Owner, logged.Address.Owner, StringComparison.Ordinal);

    /// <summary>The names of the columns that differ from another row of the same event.</summary>
    public IEnumerable<string> DifferFrom(TrailRow those)
    {
        if (Type != those.Type)
            yield return "type";
        if (Item != those.Item)
            yield return "item";
        if (Actor != those.Actor)
            yield return "actor";
        if (Reason != those.Reason)
            yield return "reason";
        if (Address != those.Address)
            yield return "address";
        if (Trace != those.Trace)
            yield return "trace";
    }
}
