using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>Reads streams. <see cref="GroupCommit"/> writes them.</summary>
/// <param name="database">The database to read from.</param>
/// <param name="options">How reads are queued and batched.</param>
/// <param name="log">Logs snapshots that cannot be read; null to log nothing.</param>
public sealed class EventStore(NpgsqlDataSource database, CommandOptions options, ILogger<EventStore>? log = null) : IAsyncDisposable
{
    readonly SharedRead<SessionAddress, LoadedSession> loads = new(
        database, options, (connection, addresses) => LoadAll(connection, addresses, (ILogger?)log ?? NullLogger.Instance));

    /// <summary>A session's state; <see cref="Session.NotCreated"/> if there is none at this address.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task<LoadedSession> Load(SessionAddress address) => loads.Read(address);

    /// <summary>
    /// All events of a stream, in order, read as the caller consumes them and not kept; none if there is no such stream.
    /// Cancellation takes effect before the first event or between two events.
    /// </summary>
    public async IAsyncEnumerable<LoggedEvent> Read(SessionAddress address, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        await foreach (var logged in StreamRows.Events(connection, address))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return logged;
        }
    }

    /// <summary>The events of a stream after a version, in order, at most <paramref name="limit"/> of them.</summary>
    public Task<List<LoggedEvent>> ReadAfter(
        SessionAddress address, int version, int limit, CancellationToken cancellation) =>
        database.AskOnce(connection => ReadPage(connection, address, version, limit), cancellation);

    /// <summary>The owner of the session with this id, or null. For callers who may address all sessions.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task<string?> FindOwner(SessionId id) =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.FindOwner, connection).With(NpgsqlDbType.Uuid, id.Value);
                return (string?)await command.ExecuteScalarAsync();
            });

    static async Task<List<LoggedEvent>> ReadPage(NpgsqlConnection connection, SessionAddress address, int version, int limit)
    {
        await using var command = new NpgsqlCommand(Sql.ReadStreamPage, connection)
            .With(NpgsqlDbType.Uuid, address.Id.Value)
            .With(NpgsqlDbType.Text, address.Owner)
            .With(NpgsqlDbType.Integer, version)
            .With(NpgsqlDbType.Integer, limit);
        await using var reader = await command.ExecuteReaderAsync();
        return await StreamRows.ReadEvents(reader, CancellationToken.None);
    }

    static async Task<LoadedSession[]> LoadAll(
        NpgsqlConnection connection, IReadOnlyList<SessionAddress> addresses, ILogger log)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.LoadStreams)
            .WithAddresses(addresses);

        LoadedStreams loaded;
        await using (var reader = await batch.ExecuteReaderAsync())
            loaded = await StreamRows.Read(reader, addresses, log);

        foreach (var place in loaded.Outdated)
            loaded.Streams[place] = await StreamRows.Fold(connection, addresses[place]);
        // The events that were folded may be newer than the time that came with the row.
        var now = loaded.Outdated.Count > 0 ? await StreamRows.Now(connection) : loaded.Now;
        return Array.ConvertAll(loaded.Streams, stream => stream is null
            ? LoadedSession.None
            : new LoadedSession(stream.Session, stream.StoredVersion, stream.IsFolded ? now : loaded.Now));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => loads.DisposeAsync();
}
