using System.Collections.Immutable;
using Npgsql;
using Sessions.Domain;
using Sessions.Faults.History;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Faults.Arenas;

/// <summary>What the database holds when a run is over and all nodes have ended.</summary>
sealed class Records(NpgsqlDataSource database)
{
    /// <summary>All events, by a statement of its own, because the store's reader of the log is itself under test.</summary>
    public Task<ImmutableArray<RecordedEvent>> Log() => Read(
        """
        select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
        from event_store.events order by epoch, transaction_id, position
        """,
        row => new RecordedEvent(
            new LogPosition(row.GetInt32(0), row.GetFieldValue<ulong>(1), row.GetInt64(2)),
            AddressOf(row, 3),
            row.GetInt32(5),
            row.GetGuid(7),
            EventJson.Current.Read(
                row.GetString(8), row.GetInt16(9), row.GetFieldValue<byte[]>(10), row.GetFieldValue<DateTimeOffset>(6)),
            Provenance.FromJson(row.GetFieldValue<byte[]>(11))));

    public Task<ImmutableArray<StoredStream>> Streams() => Read(
        "select stream_id, owner, version, snapshot_schema, snapshot, origin, client_token from event_store.streams",
        row => StreamRows.ReadSnapshot(row, firstColumn: 2, AddressOf(row, 0)) is { } stream
            ? new StoredStream(stream.Address, stream.StoredVersion, stream.Session, row.IsDBNull(6) ? null : row.GetGuid(6))
            : throw new InvalidOperationException("A snapshot of another schema than this build's."));

    public Task<ImmutableArray<StoredListing>> List() => Read(
        "select session_id, owner, item_id from read_models.session_list",
        row => new StoredListing(AddressOf(row, 0), row.GetGuid(2)));

    public Task<ImmutableArray<StoredMessage>> Schedule() => Read(
        "select stream_id, owner, kind, due_at, attempts from event_store.scheduled_messages",
        row => new StoredMessage(
            AddressOf(row, 0), Enum.Parse<DueKind>(row.GetString(2), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(3),
            row.GetInt32(4)));

    public Task<ImmutableArray<SessionAddress>> DeadLetters() =>
        Read("select stream_id, owner from event_store.dead_letters", row => AddressOf(row, 0));

    public async Task<DateTimeOffset> Now() =>
        (await Read("select clock_timestamp()", row => row.GetFieldValue<DateTimeOffset>(0))).Single();

    /// <summary>Whether the schedule is behind: a message is still there that was due more than a second ago.</summary>
    public async Task<bool> IsOverdue() => (await Read(
        "select exists (select from event_store.scheduled_messages where due_at < clock_timestamp() - interval '1 second')",
        row => row.GetBoolean(0))).Single();

    async Task<ImmutableArray<T>> Read<T>(string statement, Func<NpgsqlDataReader, T> read)
    {
        await using var command = database.CreateCommand(statement);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows.ToImmutable();
    }

    static SessionAddress AddressOf(NpgsqlDataReader row, int column) =>
        new(new SessionId(row.GetGuid(column)), row.GetString(column + 1));
}
