using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;

namespace Sessions.Storage.Streams;

/// <summary>A stream's row.</summary>
/// <param name="Version">The version that it says.</param>
/// <param name="ClientToken">The client token that leads to it.</param>
/// <param name="Snapshot">The state that it says; null where it is of another schema or cannot be read.</param>
/// <param name="Fault">Why it cannot be read, or null.</param>
public sealed record StoredRow(int Version, Guid? ClientToken, Session? Snapshot, string? Fault);

/// <summary>What a session waits for.</summary>
/// <param name="Due">What, and when; a message that failed is put off.</param>
/// <param name="Attempts">How often it has failed.</param>
public sealed record WaitingMessage(DueMessage Due, int Attempts);

/// <summary>All that is stored of a session, side by side, for whoever compares it.</summary>
/// <param name="Address">Where.</param>
/// <param name="Events">Its events, by version.</param>
/// <param name="Row">Its row, if it has one.</param>
/// <param name="Message">Its message, if it has one.</param>
/// <param name="IsDead">Whether a message of it was given up.</param>
/// <param name="ReadAt">The database's time.</param>
public sealed record StoredSession(
    SessionAddress Address,
    IReadOnlyList<LoggedEvent> Events,
    StoredRow? Row,
    WaitingMessage? Message,
    bool IsDead,
    DateTimeOffset ReadAt);

/// <summary>Some sessions on a walk through all of them.</summary>
/// <param name="Sessions">In the order of their ids.</param>
/// <param name="IsLast">Whether none follow.</param>
public sealed record SessionPage(IReadOnlyList<SessionAddress> Sessions, bool IsLast);

/// <summary>
/// Reads streams with all that was derived from them, and derives it anew. All reads of one transaction at
/// "repeatable read" are of one moment.
/// </summary>
public static class StoredSessions
{
    /// <summary>The next sessions of which anything is stored, in the order of their ids.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="after">Where to begin.</param>
    /// <param name="sessionsMax">How many at most.</param>
    /// <param name="eventsMax">How many events they may have together, as their rows say. A session that has more comes alone.</param>
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

    /// <summary>Where the events of a session are, if there are any.</summary>
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

    /// <summary>What is stored of these sessions, in the order of asking.</summary>
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

    /// <summary>
    /// Derives rows and messages of streams anew from their events. A stream that a writer moves on in this
    /// moment is left as it is; so is one without events, of which nothing can be derived, and one whose client token
    /// leads to another session by now.
    /// </summary>
    /// <returns>How many were written, and the streams whose token is another's.</returns>
    public static async Task<(int Written, IReadOnlyList<SessionAddress> Barred)> Restore(
        NpgsqlConnection connection, IReadOnlyList<StoredSession> streams, LeasePolicy policy, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var folded = streams.Where(stream => stream.Events.Count > 0).Select(stream => (
            Change: new StreamChange(
                stream.Address, stream.Events.Count, Session.Fold(stream.Events.Select(logged => logged.Event))),
            Expected: stream.Row?.Version ?? 0)).ToArray();
        if (folded.Length == 0)
            return (0, []);
        var barred = await FindBarred(connection, [.. folded.Select(one => one.Change)], cancellation);
        folded = [.. folded.Where(one => !barred.Contains(one.Change.Address))];

        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.RestoreStreams)
            .WithAddresses(folded, one => one.Change.Address)
            .WithArray(NpgsqlDbType.Integer, Array.ConvertAll(folded, one => one.Expected))
            .WithArray(NpgsqlDbType.Integer, Array.ConvertAll(folded, one => one.Change.Version))
            .With(NpgsqlDbType.Smallint, SnapshotJson.Schema)
            .WithArray(NpgsqlDbType.Json, Array.ConvertAll(folded, one => SnapshotJson.Write(one.Change.Session)))
            .WithArray(NpgsqlDbType.Json, Array.ConvertAll(folded, one => SnapshotJson.WriteOrigin(one.Change.Session)))
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(folded, one => TokenOf(one.Change)));
        batch.Schedule([.. folded.Select(one => one.Change)], policy, reschedule: true);
        await batch.ExecuteNonQueryAsync(cancellation);
        return ((int)batch.BatchCommands[0].RecordsAffected, barred);
    }

    /// <summary>
    /// Those whose client token leads to another session, be it one before them in the list. Tokens that one of them has
    /// and that is not its own are taken from it first.
    /// </summary>
    static async Task<IReadOnlyList<SessionAddress>> FindBarred(
        NpgsqlConnection connection, StreamChange[] folded, CancellationToken cancellation)
    {
        var tokened = Array.FindAll(folded, change => TokenOf(change) is not null);
        var holders = new Dictionary<(string, Guid?), SessionId>();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.ReleaseTokens)
            .WithAddresses(folded, change => change.Address)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(folded, TokenOf));
        batch.Add(Sql.LoadStreamsByToken)
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(tokened, change => change.Address.Owner))
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(tokened, change => TokenOf(change)!.Value));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var change = tokened[(int)reader.GetInt64(0) - 1];
            holders[(change.Address.Owner, TokenOf(change))] = new SessionId(reader.GetGuid(1));
        }

        return [.. tokened.Where(change =>
            !holders.TryAdd((change.Address.Owner, TokenOf(change)), change.Address.Id)
            && holders[(change.Address.Owner, TokenOf(change))] != change.Address.Id)
            .Select(change => change.Address)];
    }

    static Guid? TokenOf(StreamChange change) => (change.Session as Session.Living)?.Origin.ClientToken;

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
