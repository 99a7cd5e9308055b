using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>
/// What the server itself wrote for one session that was created, kept alive and deleted: pgbench
/// writes the same values.
/// </summary>
internal sealed class Samples
{
    readonly Dictionary<Operation, IReadOnlyDictionary<string, string>> values = [];

    Samples(string folder) => Folder = folder;

    /// <summary>A folder for files that live as long as the run.</summary>
    public string Folder { get; }

    /// <summary>The values of an operation, by the name that its script gives them.</summary>
    public IReadOnlyDictionary<string, string> Of(Operation operation) =>
        values.GetValueOrDefault(operation) ?? new Dictionary<string, string>(StringComparer.Ordinal);

    public static async Task<Samples> Take(
        string folder, NpgsqlDataSource database, Server server, string token, Guid item,
        CancellationToken cancellation)
    {
        var samples = new Samples(folder);
        var id = await server.Send(
            HttpMethod.Post, Caller.Path, token, $$"""{"library_item_id":"{{item}}"}""", cancellation);
        await samples.Add(Operation.Create, database, Guid.Parse(id), item, cancellation);
        await server.Send(HttpMethod.Post, $"{Caller.Path}/{id}?action=keep-alive", token, null, cancellation);
        await samples.Add(Operation.KeepAlive, database, Guid.Parse(id), item, cancellation);
        await server.Send(HttpMethod.Delete, $"{Caller.Path}/{id}", token, null, cancellation);
        await samples.Add(Operation.Delete, database, Guid.Parse(id), item, cancellation);
        return samples;
    }

    async Task Add(
        Operation operation, NpgsqlDataSource database, Guid id, Guid item, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select event.type, event.data::text, event.metadata::text, stream.snapshot::text, stream.origin::text
            from event_store.streams as stream
            join event_store.events as event using (stream_id, owner, version)
            where stream_id = $1
            """).With(NpgsqlDbType.Uuid, id);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        values[operation] = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = row.GetString(0),
            ["data"] = row.GetString(1),
            ["metadata"] = row.GetString(2),
            ["snapshot"] = row.GetString(3),
            ["origin"] = row.GetString(4),
            ["item"] = item.ToString(),
        };
    }
}
