using Npgsql;
using NpgsqlTypes;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Log;

/// <summary>An open transaction that holds the log's readers back.</summary>
/// <param name="ProcessId">Its backend, or 0 for a prepared transaction.</param>
/// <param name="Application">Its application name.</param>
/// <param name="Age">
/// How long it has been open; where PostgreSQL does not show that, how long it has held an event back.
/// </param>
public sealed record LogBlocker(int ProcessId, string Application, TimeSpan Age);

/// <summary>
/// All events of all streams, in one order that never changes behind a reader. The log ends at the oldest transaction
/// that is still open: no event is ever skipped, not even after a timeout.
/// </summary>
public sealed class EventLog(NpgsqlDataSource database)
{
    /// <summary>
    /// The next events after a position, in the log's order; none when the reader is up to date, or when an older
    /// transaction is still open.
    /// </summary>
    public async Task<IReadOnlyList<LoggedEvent>> ReadAfter(
        LogPosition position, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        return await ReadAfter(connection, position, limit, cancellation);
    }

    /// <summary>The same, in the connection's current transaction.</summary>
    public static async Task<IReadOnlyList<LoggedEvent>> ReadAfter(
        NpgsqlConnection connection, LogPosition position, int limit, CancellationToken cancellation)
    {
        await using var rows = await LogCopy.After(connection, position, limit, cancellation);
        var events = new List<LoggedEvent>();
        while (await rows.Read(cancellation))
            events.Add(rows.TakeEvent());
        return events;
    }

    /// <summary>
    /// Everything committed after a position, even if older transactions are open. Events may still appear in between, so
    /// the caller must have made sure that none of those transactions matters to it.
    /// </summary>
    public static async Task<IReadOnlyList<LoggedEvent>> ReadCommittedAfter(
        NpgsqlConnection connection, LogPosition position, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.ReadCommittedLog, connection)
            .With(NpgsqlDbType.Integer, position.Epoch)
            .With(NpgsqlDbType.Xid8, position.Transaction)
            .With(NpgsqlDbType.Bigint, position.Number);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await StreamRows.ReadEvents(reader, cancellation);
    }

    /// <summary>The transactions open longer than this that hold readers back, oldest first.</summary>
    public async Task<IReadOnlyList<LogBlocker>> FindBlockers(TimeSpan age, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql.FindLogBlockers).With(NpgsqlDbType.Interval, age);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var blockers = new List<LogBlocker>();
        while (await reader.ReadAsync(cancellation))
            blockers.Add(new LogBlocker(reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<TimeSpan>(2)));
        return blockers;
    }
}
