using Npgsql;
using NpgsqlTypes;
using Sessions.Projections.Audit;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// Compares events with their rows of the trail, batch by batch. An event's row is looked up by time and number, and then
/// by time alone, since numbers shift if an event was removed or inserted. If no row is the event's, the row in its place
/// is taken for its altered row.
/// </summary>
sealed class TrailComparison(NpgsqlConnection trail, Action<Difference> tell)
{
    readonly ItemMemory memory = new(ItemMemory.WholeLogMax);

    /// <summary>How many events were compared.</summary>
    public long Events { get; private set; }

    /// <summary>How many of them have a row.</summary>
    public long Found { get; private set; }

    /// <summary>Which numbers their rows have.</summary>
    public TrailNumbers Numbers { get; } = new();

    /// <summary>Compares the next events.</summary>
    public async Task Take(List<LoggedEvent> events, CancellationToken cancellation)
    {
        if (events.Count == 0)
            return;
        var items = await memory.Find(events, trail, cancellation);
        var rows = await RowsOf(events, cancellation);
        for (var i = 0; i < events.Count; i++)
        {
            var (place, logged, row) = (Events + 1 + i, events[i], rows[i]);
            if (row is { } there)
            {
                Found++;
                Numbers.Add(place, there.Number, () => Tell(place, logged, $"has the number {there.Number} in the audit trail"));
            }

            if (FaultOf(row?.Columns, new NumberedEvent(place, logged, items[i])) is { } says)
                Tell(place + Numbers.Shift, logged, says);
        }

        Events += events.Count;
    }

    async Task<(long Number, TrailRow Columns)?[]> RowsOf(List<LoggedEvent> events, CancellationToken cancellation)
    {
        var rows = new (long Number, TrailRow Columns)?[events.Count];
        var strangers = new (long Number, TrailRow Columns)?[events.Count];
        var first = Events + 1 + Numbers.Shift;
        var command = new NpgsqlBatchCommand(Sql.FindTrailRows)
            .WithArray(NpgsqlDbType.TimestampTz, events.Select(TimeOf).ToArray())
            .WithArray(NpgsqlDbType.Bigint, events.Select((_, i) => first + i).ToArray());
        foreach (var row in await Read(command, cancellation))
        {
            var i = (int)(row.Number - first);
            if (row.Columns.IsOf(events[i]))
                rows[i] = row;
            else
                strangers[i] = row;
        }

        int[] lost = [.. Enumerable.Range(0, events.Count).Where(i => rows[i] is null)];
        if (lost.Length > 0)
            await FindLost(events, lost, rows, strangers, cancellation);
        return rows;
    }

    async Task FindLost(
        List<LoggedEvent> events, int[] lost, (long Number, TrailRow Columns)?[] rows, (long Number, TrailRow Columns)?[] strangers,
        CancellationToken cancellation)
    {
        var byAddress = lost.ToLookup(i => (events[i].Address.Id.Value, events[i].Version));
        var command = new NpgsqlBatchCommand(Sql.FindTrailRowsAt)
            .WithArray(NpgsqlDbType.TimestampTz, lost.Select(i => TimeOf(events[i])).Distinct().ToArray());
        foreach (var row in await Read(command, cancellation))
        {
            foreach (var i in byAddress[(row.Columns.Session, row.Columns.Version)].Where(i => row.Columns.IsOf(events[i])))
                rows[i] ??= row;
        }

        var taken = rows.OfType<(long Number, TrailRow Columns)>().Select(row => row.Number).ToHashSet();
        foreach (var i in lost)
        {
            if (rows[i] is null && strangers[i] is { } stranger && taken.Add(stranger.Number))
                rows[i] = stranger;
        }
    }

    async Task<List<(long Number, TrailRow Columns)>> Read(NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(trail);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var rows = new List<(long Number, TrailRow Columns)>();
        while (await reader.ReadAsync(cancellation))
            rows.Add((reader.GetInt64(0), TrailRow.Read(reader, firstColumn: 1)));
        return rows;
    }

    /// <summary>The time that its row should have; if its own is damaged, one that no row should have.</summary>
    static DateTimeOffset TimeOf(LoggedEvent logged) => logged.KnownAt ?? DateTimeOffset.MinValue;

    /// <summary>What is wrong with a row of the trail, or null.</summary>
    static string? FaultOf(TrailRow? stored, NumberedEvent row)
    {
        if (stored is null)
            return "is not in the audit trail at its time";
        try
        {
            // If the log does not say which item it was, the row's item cannot be checked.
            var expected = TrailRow.Of(row with { ItemId = row.ItemId ?? stored.Item });
            return stored == expected ? null : "differs from its row in the audit trail";
        }
        catch (UnreadableEventException damaged)
        {
            return $"cannot be read, so its row in the audit trail cannot be compared: {damaged.Why.TrimEnd('.')}";
        }
    }

    void Tell(long number, LoggedEvent logged, string says) => tell(
        Difference.Of(
            DifferenceKind.Trail, logged.Address,
            $"Event {number}, version {logged.Version} of session {logged.Address.Id} of {logged.Address.Owner}, {says}.")
        with { Version = logged.Version, Position = logged.Position.Number });
}
