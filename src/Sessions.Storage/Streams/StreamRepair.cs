using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Schedule;

namespace Sessions.Storage.Streams;

/// <summary>Rebuilds what is stored of streams besides their events.</summary>
public static class StreamRepair
{
    /// <summary>
    /// Rebuilds rows and messages of streams from their events. At "repeatable read", PostgreSQL reports a serialization
    /// failure if a writer advances one of the streams meanwhile. Streams left as they are: those without events, from
    /// which nothing can be derived, and those whose client token leads to another session by now.
    /// </summary>
    /// <returns>How many rows were written, and the streams whose token leads to another session.</returns>
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
    /// The streams whose client token leads to another session, which may be an earlier one in the list. Tokens in their
    /// rows that their events do not give them are released first.
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
}
