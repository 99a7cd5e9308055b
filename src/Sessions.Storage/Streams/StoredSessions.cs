using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;

namespace Sessions.Storage.Streams;

/// <summary>A stream's row.</summary>
/// <param name="Version">Its version.</param>
/// <param name="ClientToken">The client token that leads to the session.</param>
/// <param name="Snapshot">The state in its snapshot; null where that has another schema or cannot be read.</param>
/// <param name="Fault">Why the snapshot cannot be read, or null.</param>
public sealed record StoredRow(int Version, Guid? ClientToken, Session? Snapshot, string? Fault);

/// <summary>The scheduled message of a session.</summary>
/// <param name="Due">What is due, and when; a message that failed is postponed.</param>
/// <param name="Attempts">How often it has failed.</param>
public sealed record WaitingMessage(DueMessage Due, int Attempts);

/// <summary>Everything stored about a session, side by side, for comparison.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Events">Its events, by version.</param>
/// <param name="Row">Its row, if it has one.</param>
/// <param name="Message">Its message, if it has one.</param>
/// <param name="IsDead">Whether a message of the session was given up.</param>
/// <param name="ReadAt">The database's time.</param>
public sealed record StoredSession(
    SessionAddress Address,
    IReadOnlyList<LoggedEvent> Events,
    StoredRow? Row,
    WaitingMessage? Message,
    bool IsDead,
    DateTimeOffset ReadAt);

/// <summary>A page of a walk through all sessions.</summary>
/// <param name="Sessions">In the order of their ids.</param>
/// <param name="IsLast">Whether this is the last page.</param>
public sealed record SessionPage(IReadOnlyList<SessionAddress> Sessions, bool IsLast);

/// <summary>
/// Reads streams with everything derived from them. All reads in one transaction at "repeatable read" see one moment.
/// </summary>
public static class StoredSessions
{
    /// <summary>The next sessions of which anything is stored, in the order of their ids.</summary>
    /// <param name="connection">The connection to read from.</param>
    /// <param name="after">The address that the page begins after.</param>
    /// <param name="sessionsMax">How many at most.</param>
    /// <param name="eventsMax">
    /// How many events the sessions may have together, by the versions in their rows. A session with more comes alone.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<SessionPage> After(
        NpgsqlConnection connection, SessionAddress after, int sessionsMax, long eventsMax, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.AddressesAfter, connection)
            .With(NpgsqlDbType.Uuid, after.Id.Value)
            .With(NpgsqlDbType.Text, after.Owner ?? "")
            .With(NpgsqlDbType.Integer, sessionsMax);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var page = new List<SessionAddress>();
        while (await reader.ReadAsync(cancellation))
        {
            if (page.Count > 0 && reader.GetInt64(2) > eventsMax)
                return new SessionPage(page, IsLast: false);
            page.Add(new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)));
        }

        return new SessionPage(page, page.Count < sessionsMax);
    }

    /// <summary>The addresses that have events of a session; none if there are no events.</summary>
    public static async Task<IReadOnlyList<SessionAddress>> AddressesOf(
        NpgsqlConnection connection, SessionId id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindStreams, connection).With(NpgsqlDbType.Uuid, id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var addresses = new List<SessionAddress>();
        while (await reader.ReadAsync(cancellation))
            addresses.Add(new SessionAddress(id, reader.GetString(0)));
        return addresses;
    }

    /// <summary>Everything stored about these sessions, in the order of the request.</summary>
    public static async Task<IReadOnlyList<StoredSession>> Read(
        NpgsqlConnection connection, IReadOnlyList<SessionAddress> addresses, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in new[] { Sql.ReadStreams, Sql.ReadStoredSessions })
        {
            batch.Add(statement)
                .WithAddresses(addresses);
        }

        var events = new List<LoggedEvent>[addresses.Count];
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            (events[(int)reader.GetInt64(12) - 1] ??= []).Add(LoggedEvent.Read(reader));
        await reader.NextResultAsync(cancellation);

        var streams = new List<StoredSession>(addresses.Count);
        while (await reader.ReadAsync(cancellation))
        {
            var address = addresses[streams.Count];
            streams.Add(new StoredSession(
                address, events[streams.Count] ?? [], RowOf(reader, address), MessageOf(reader), reader.GetBoolean(8),
                reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return streams;
    }

    static StoredRow? RowOf(NpgsqlDataReader reader, SessionAddress address)
    {
        if (reader.IsDBNull(0))
            return null;
        var token = reader.IsDBNull(4) ? (Guid?)null : reader.GetGuid(4);
        try
        {
            return new StoredRow(
                reader.GetInt32(0), token, StreamRows.ReadSnapshot(reader, firstColumn: 0, address)?.Session, Fault: null);
        }
        catch (JsonException unreadable)
        {
            return new StoredRow(reader.GetInt32(0), token, Snapshot: null, unreadable.Message);
        }
    }

    static WaitingMessage? MessageOf(NpgsqlDataReader reader) => reader.IsDBNull(5) ? null : new WaitingMessage(
        new DueMessage(MessageBatch.KindOf(reader.GetString(5)), reader.GetFieldValue<DateTimeOffset>(6)),
        reader.GetInt16(7));
}
