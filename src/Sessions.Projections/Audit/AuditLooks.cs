using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;
using Sessions.Storage.Commands;

namespace Sessions.Projections.Audit;

/// <summary>A user's look at the record.</summary>
/// <param name="At">When.</param>
/// <param name="User">Who.</param>
/// <param name="Query">What the user asked: the path and the query of the request.</param>
/// <param name="Address">From which network address.</param>
/// <param name="Number">Tells looks of the same time apart.</param>
public sealed record AuditLook(
    DateTimeOffset At, string User, string Query, string? Address, [property: JsonIgnore] long Number);

/// <summary>A page of looks.</summary>
/// <param name="Looks">The looks, newest first.</param>
/// <param name="NextCursor">Where the next page begins; null when this was the last.</param>
public sealed record AuditLooksPage(IReadOnlyList<AuditLook> Looks, string? NextCursor);

/// <summary>
/// Who looked at the record. A look is written before it is answered, so that no access goes unrecorded.
/// Concurrent looks share a transaction, so that any number of them leaves connections for commands.
/// </summary>
public sealed class AuditLooks(NpgsqlDataSource database, CommandOptions options) : IAsyncDisposable
{
    readonly SharedRead<Look, DBNull> adds = new(database, options, AddAll);

    /// <summary>Records a look durably. If the database is lost meanwhile, the look may be recorded twice.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task Add(string user, string query, string? address) =>
        adds.Read(new Look(user, query, address));

    static async Task<DBNull[]> AddAll(NpgsqlConnection connection, IReadOnlyList<Look> looks)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.AddAuditLooks)
            .WithArray(NpgsqlDbType.Text, looks.Select(look => look.User).ToArray())
            .WithArray(NpgsqlDbType.Text, looks.Select(look => look.Query).ToArray())
            .WithArray(NpgsqlDbType.Text, looks.Select(look => look.Address).ToArray());
        await batch.ExecuteNonQueryAsync();
        return [.. Enumerable.Repeat(DBNull.Value, looks.Count)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => adds.DisposeAsync();

    /// <summary>A look to be recorded. No two are equal, even if they ask the same, so none are merged.</summary>
    sealed class Look(string user, string query, string? address)
    {
        public string User => user;

        public string Query => query;

        public string? Address => address;
    }

    /// <summary>Identifies the query in its pages' cursors.</summary>
    public static int QueryOf(string? user, DateTimeOffset? from, DateTimeOffset? to) => AuditCursor.QueryOf("looks", user, from, to);

    /// <summary>The next page of looks, newest first, optionally only those of one user or of a span of time.</summary>
    internal static async Task<AuditLooksPage> Page(
        NpgsqlConnection connection, string? user, DateTimeOffset? from, DateTimeOffset? to, AuditCursor? after, int limit)
    {
        await using var command = new NpgsqlCommand(Sql.ReadAuditLooks, connection)
            .With(NpgsqlDbType.TimestampTz, after?.At)
            .With(NpgsqlDbType.Bigint, after?.Number)
            .With(NpgsqlDbType.Text, user)
            .With(NpgsqlDbType.TimestampTz, from?.ToUniversalTime())
            .With(NpgsqlDbType.TimestampTz, to?.ToUniversalTime())
            .With(NpgsqlDbType.Integer, limit + 1);
        await using var reader = await command.ExecuteReaderAsync();
        var looks = new List<AuditLook>();
        while (await reader.ReadAsync())
        {
            looks.Add(new AuditLook(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(2), reader.GetString(3),
                await reader.IsDBNullAsync(4) ? null : reader.GetString(4), reader.GetInt64(1)));
        }

        return looks.Count <= limit
            ? new AuditLooksPage(looks, NextCursor: null)
            : new AuditLooksPage(looks[..limit], new AuditCursor(looks[limit - 1].At, looks[limit - 1].Number) { Query = QueryOf(user, from, to) }.ToString());
    }
}
