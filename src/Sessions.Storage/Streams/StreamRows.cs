using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>Reads rows of <c>streams</c> and <c>events</c>.</summary>
static partial class StreamRows
{
    /// <summary>
    /// A stream from the columns version, snapshot_schema, snapshot, origin; null when the snapshot
    /// has another schema and the stream must be folded.
    /// </summary>
    public static StreamChange? ReadSnapshot(NpgsqlDataReader reader, int firstColumn, SessionAddress address) =>
        reader.GetInt16(firstColumn + 1) != SnapshotJson.Schema
            ? null
            : new StreamChange(address, reader.GetInt32(firstColumn), SnapshotJson.Read(
                address.Owner,
                reader.GetFieldValue<byte[]>(firstColumn + 2),
                reader.GetFieldValue<byte[]>(firstColumn + 3)));

    /// <summary>
    /// The same, but null also when the snapshot is damaged: it is a cache, so the stream is folded from its events as if
    /// there were no snapshot.
    /// </summary>
    public static StreamChange? FindSnapshot(NpgsqlDataReader reader, int firstColumn, SessionAddress address, ILogger log)
    {
        try
        {
            return ReadSnapshot(reader, firstColumn, address);
        }
        catch (JsonException damaged)
        {
            LogDamaged(log, damaged, address.Id.Value);
            return null;
        }
    }

    /// <summary>The rows of <c>load_streams.sql</c>.</summary>
    /// <param name="reader">Positioned at the statement's result.</param>
    /// <param name="addresses">The streams that it was asked for.</param>
    /// <param name="log">Logs snapshots that cannot be read.</param>
    /// <param name="cancellation">Gives up; a server passes none, see <see cref="Database"/>.</param>
    public static async Task<LoadedStreams> Read(
        NpgsqlDataReader reader, IReadOnlyList<SessionAddress> addresses, ILogger log, CancellationToken cancellation = default)
    {
        var (streams, outdated, now) = (new StreamChange?[addresses.Count], new List<int>(), default(DateTimeOffset));
        while (await reader.ReadAsync(cancellation))
        {
            now = reader.GetFieldValue<DateTimeOffset>(6);
            if (await reader.IsDBNullAsync(1, cancellation))
                continue;
            var place = (int)reader.GetInt64(0) - 1;
            streams[place] = FindSnapshot(reader, firstColumn: 2, addresses[place], log);
            if (streams[place] is null)
                outdated.Add(place);
        }

        return new LoadedStreams(streams, outdated, now);
    }

    /// <summary>A stream from its events.</summary>
    public static async Task<StreamChange> Fold(NpgsqlConnection connection, SessionAddress address)
    {
        var (session, version) = (Session.Initial, 0);
        await foreach (var logged in Events(connection, address))
        {
            session = Session.Evolve(session, logged.Event);
            version = logged.Version;
        }

        return new StreamChange(address, version, session) { IsFolded = true };
    }

    /// <summary>The database's time.</summary>
    public static async Task<DateTimeOffset> Now(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql.Now, connection);
        await using var reader = await command.ExecuteReaderAsync();
        return await ReadTime(reader);
    }

    /// <summary>The row of <c>now.sql</c>.</summary>
    public static async Task<DateTimeOffset> ReadTime(NpgsqlDataReader reader)
    {
        await reader.ReadAsync();
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>
    /// The events of one stream, in order; none if there is no such stream. They are read one by one, because a client
    /// can cause any number of them, one transfer after another.
    /// </summary>
    public static async IAsyncEnumerable<LoggedEvent> Events(NpgsqlConnection connection, SessionAddress address)
    {
        await using var command = new NpgsqlCommand(Sql.ReadStream, connection)
            .With(NpgsqlDbType.Uuid, address.Id.Value)
            .With(NpgsqlDbType.Text, address.Owner);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return LoggedEvent.Read(reader);
    }

    /// <summary>All rows of a statement that returns the columns of <c>read_committed_log.sql</c>.</summary>
    public static async Task<List<LoggedEvent>> ReadEvents(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var events = new List<LoggedEvent>();
        while (await reader.ReadAsync(cancellation))
            events.Add(LoggedEvent.Read(reader));
        return events;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The snapshot of session {Session} cannot be read; the session is folded from its events")]
    static partial void LogDamaged(ILogger log, Exception error, Guid session);
}
