using System.Data;
using Npgsql;
using NpgsqlTypes;
using Sessions.Projections.Audit;
using Sessions.Storage;

namespace Sessions.Projections.Verification;

/// <summary>
/// Replays the log against the audit trail, as far as the trail has followed: each row must be what
/// <see cref="AuditRow"/> makes of its event, and there must be no other.
/// </summary>
public static class TrailVerification
{
    const int BatchSize = 5000;

    static readonly string FindHead = Sql.Read("find_trail_head");
    static readonly string FindRows = Sql.Read("find_trail_rows");
    static readonly string FindUnfounded = Sql.Read("find_unfounded_trail_rows");

    /// <summary>Verifies the trail as it is at this moment; tells each difference as it is found.</summary>
    /// <returns>How many events the trail has followed.</returns>
    public static async Task<long> Verify(
        NpgsqlDataSource database, Action<Difference> tell, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tell);
        await using var trail = await database.OpenConnectionAsync(cancellation);
        await using var moment = await trail.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var (followed, count) = await Head(trail, cancellation);

        // What the trail has followed by now is below every later reader's end of the log.
        await using var log = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await log.BeginTransactionAsync(cancellation);
        await using var rows = await LogCopy.After(log, LogPosition.Start, (int)Math.Min(followed, int.MaxValue), cancellation);
        var (memory, events, found) = (new ItemMemory(ItemMemory.WholeLogMax), new List<LoggedEvent>(BatchSize), 0L);
        var first = 1L;
        while (await rows.Read(cancellation))
        {
            events.Add(rows.TakeEvent());
            if (events.Count == BatchSize)
                await Flush();
        }

        await Flush();
        if (first <= followed)
            tell(new Difference(DifferenceKind.Trail, $"The audit trail has followed {followed} events, and the log has {first - 1} of them."));
        if (count != found)
            await TellUnfounded(trail, followed, tell, cancellation);
        return followed;

        async Task Flush()
        {
            if (events.Count > 0)
                found += await Compare(trail, memory, first, events, tell, cancellation);
            first += events.Count;
            events.Clear();
            progress?.Report(first - 1);
        }
    }

    static async Task<long> Compare(
        NpgsqlConnection trail, ItemMemory memory, long first, List<LoggedEvent> events, Action<Difference> tell,
        CancellationToken cancellation)
    {
        var items = await memory.Find(events, trail, cancellation);
        await using var batch = new NpgsqlBatch(trail);
        batch.Add(FindRows)
            .WithArray(NpgsqlDbType.TimestampTz, events.Select(logged => logged.At).ToArray())
            .WithArray(NpgsqlDbType.Bigint, events.Select((_, i) => first + i).ToArray());
        var stored = new Columns?[events.Count];
        var found = 0L;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            for (; await reader.ReadAsync(cancellation); found++)
                stored[reader.GetInt64(0) - first] = Columns.Read(reader);
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (FaultOf(stored[i], new AuditRow(first + i, events[i], items[i])) is not { } says)
                continue;
            tell(Difference.Of(
                DifferenceKind.Trail, events[i].Address,
                $"Event {first + i}, version {events[i].Version} of session {events[i].Address.Id} of {events[i].Address.Owner}, {says}.")
                with { Version = events[i].Version, Position = events[i].Position.Number });
        }

        return found;
    }

    /// <summary>What is wrong with a row of the trail, or null.</summary>
    static string? FaultOf(Columns? stored, AuditRow row)
    {
        if (stored is null)
            return "is not in the audit trail at its time";
        try
        {
            // Where the log does not say which item it was, nobody can tell what the row should have.
            var expected = Columns.Of(row with { ItemId = row.ItemId ?? stored.Item });
            return stored == expected ? null : "has a row in the audit trail that says something else";
        }
        catch (UnreadableEventException damaged)
        {
            return $"cannot be read, so its row in the audit trail cannot be compared: {damaged.Why.TrimEnd('.')}";
        }
    }

    static async Task<(long Followed, long Count)> Head(NpgsqlConnection trail, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(FindHead, trail) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    static async Task TellUnfounded(
        NpgsqlConnection trail, long followed, Action<Difference> tell, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(FindUnfounded, trail) { CommandTimeout = 0 }.With(NpgsqlDbType.Bigint, followed);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (number, session, version) = (reader.GetInt64(0), reader.GetGuid(1), reader.GetInt32(2));
            tell(new Difference(
                DifferenceKind.Trail, $"Row {number} of the audit trail, of version {version} of session {session:D}, belongs to no event.")
            {
                Session = session, Owner = reader.GetString(3), Version = version,
            });
        }
    }

    /// <summary>The columns of a row beside its key.</summary>
    sealed record Columns(
        Guid Session, Guid? Item, Guid? Trace, int Version, string Owner, string Type, string? Actor, string? Reason, string? Address)
    {
        public static Columns Of(AuditRow row) => new(
            row.Logged.Address.Id.Value, row.ItemId, row.Trace, row.Logged.Version, row.Logged.Address.Owner, row.Logged.Type,
            row.Logged.Provenance.Actor, row.Reason, row.Logged.Provenance.Address);

        public static Columns Read(NpgsqlDataReader reader)
        {
            return new Columns(
                reader.GetGuid(1), GuidAt(2), GuidAt(3), reader.GetInt32(4), reader.GetString(5), reader.GetString(6),
                TextAt(7), TextAt(8), TextAt(9));

            Guid? GuidAt(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

            string? TextAt(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        }
    }
}
