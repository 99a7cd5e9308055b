using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>Reads streams. They are written by <see cref="GroupCommit"/>.</summary>
/// <param name="database">Where.</param>
/// <param name="options">How many read at a time.</param>
/// <param name="log">Where a snapshot that cannot be read is told; null for nowhere.</param>
public sealed class EventStore(NpgsqlDataSource database, CommandOptions options, ILogger<EventStore>? log = null) : IAsyncDisposable
{
    readonly SharedRead<SessionAddress, LoadedSession> loads = new(
        database, options, (connection, addresses) => LoadAll(connection, addresses, (ILogger?)log ?? NullLogger.Instance));

    /// <summary>A session's state; <see cref="Session.NotCreated"/> if there is none at this address.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task<LoadedSession> Load(SessionAddress address) => loads.Read(address);

    /// <summary>
    /// All events of a stream, in order, as they are taken; none if there is no such stream. Nothing is kept of them.
    /// Whoever gives up does so before the first, or between two of them.
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

    /// <summary>The events of a stream after a version, in order, and at most so many.</summary>
    public Task<List<LoggedEvent>> ReadAfter(
        SessionAddress address, int version, int limit, CancellationToken cancellation) =>
        database.AskOnce(connection => ReadPage(connection, address, version, limit), cancellation);

    /// <summary>Whose session an id is, or null. For callers who may address everybody's.</summary>
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
        // What was folded may be younger than the time that its row brought.
        var now = loaded.Outdated.Count > 0 ? await StreamRows.Now(connection) : loaded.Now;
        return Array.ConvertAll(loaded.Streams, stream => stream is null
            ? LoadedSession.None
            : new LoadedSession(stream.Session, stream.StoredVersion, stream.IsFolded ? now : loaded.Now));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => loads.DisposeAsync();
}
