using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage.Commands;

namespace Sessions.Storage.Access;

/// <summary>A login that is in force.</summary>
public sealed record ApiSession(string UserName, DateTimeOffset CreatedAt, DateTimeOffset LastAccessedAt);

/// <summary>
/// The logins, shared by all nodes. A token is known here only by its hash, so that nobody who reads
/// the table can use it.
/// </summary>
public sealed partial class ApiSessions : IAsyncDisposable
{
    readonly NpgsqlDataSource database;
    readonly TimeSpan touchSlack;
    readonly TimeSpan noteLifetime;
    readonly ILogger<ApiSessions> log;
    readonly SharedRead<TokenHash, ApiSession?> finds;

    /// <summary>The logins of a database.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="options">How reads are batched.</param>
    /// <param name="log">Logs that the use of a login could not be noted.</param>
    /// <param name="idleTimeout">How long a login lives after its last use.</param>
    public ApiSessions(NpgsqlDataSource database, CommandOptions options, ILogger<ApiSessions> log, TimeSpan idleTimeout)
    {
        this.database = database;
        this.log = log;
        // "Last accessed" may lag by this much, so that it costs a write only once in a while.
        touchSlack = idleTimeout / 30;
        // The last use may be later than its note by as much, and the timeout counts from the use.
        noteLifetime = idleTimeout + touchSlack;
        finds = new SharedRead<TokenHash, ApiSession?>(database, options, FindAll);
    }

    /// <summary>
    /// Stores a login. If this fails, the login may be stored or not, but nobody can use it: the client did not get the
    /// token.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task Add(byte[] tokenHash, string userName) =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.AddApiSession, connection)
                    .With(NpgsqlDbType.Bytea, tokenHash)
                    .With(NpgsqlDbType.Text, userName);
                return await command.ExecuteNonQueryAsync();
            });

    /// <summary>The login behind a token, or null: never known, logged out, or unused for too long.</summary>
    public Task<ApiSession?> Find(byte[] tokenHash) => finds.Read(new TokenHash(tokenHash));

    /// <summary>Deletes a login.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task Remove(byte[] tokenHash) =>
        database.Ask(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Sql.RemoveApiSession, connection)
                    .With(NpgsqlDbType.Bytea, tokenHash);
                return await command.ExecuteNonQueryAsync();
            },
            writes: true);

    /// <summary>Deletes the logins that have lapsed, and returns how many.</summary>
    public async Task<int> RemoveLapsed()
    {
        await using var command = database.CreateCommand(Sql.RemoveLapsedApiSessions)
            .With(NpgsqlDbType.Interval, noteLifetime);
        return await command.ExecuteNonQueryAsync();
    }

    async Task<ApiSession?[]> FindAll(NpgsqlConnection connection, IReadOnlyList<TokenHash> hashes)
    {
        var found = new ApiSession?[hashes.Count];
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindApiSessions)
            .WithArray(NpgsqlDbType.Bytea, hashes.Select(hash => hash.Bytes).ToArray())
            .With(NpgsqlDbType.Interval, noteLifetime)
            .With(NpgsqlDbType.Interval, touchSlack);
        var stale = new List<byte[]>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var place = (int)reader.GetInt64(0) - 1;
                found[place] = new ApiSession(
                    reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3));
                if (reader.GetBoolean(4))
                    stale.Add(hashes[place].Bytes);
            }
        }

        if (stale.Count > 0)
            await Touch(connection, [.. stale]);
        return found;
    }

    /// <summary>Only a note: reads must succeed even while the database takes no writes.</summary>
    async Task Touch(NpgsqlConnection connection, byte[][] hashes)
    {
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.Add(Sql.TouchApiSessions)
                .WithArray(NpgsqlDbType.Bytea, hashes)
                .With(NpgsqlDbType.Interval, touchSlack);
            await batch.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException refused)
        {
            LogNotNoted(refused, hashes.Length);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => finds.DisposeAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last use of {Count} logins could not be recorded")]
    partial void LogNotNoted(Exception error, int count);
}
