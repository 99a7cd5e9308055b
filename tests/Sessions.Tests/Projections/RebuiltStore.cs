using Npgsql;
using Sessions.Projections.Rebuilding;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Projections;

/// <summary>
/// A store with some history, and a command line that rebuilds its read models. Open transactions of other tests hold a
/// rebuild back like every reader of the log: it then ends earlier in the log, and the followers go on from there.
/// </summary>
sealed class RebuiltStore : IAsyncDisposable
{
    public static TheoryData<string> Models => [.. ReadModel.All.Keys];

    RebuiltStore(Node node) => (Node, CommandLine) = (node, Database.Open(node.ConnectionString));

    public Node Node { get; }

    /// <summary>A rebuild does not run in a server, so its statements have other plans.</summary>
    public NpgsqlDataSource CommandLine { get; }

    public static async Task<RebuiltStore> Begin(TestPostgres postgres)
    {
        var node = new Node(await postgres.CreateDatabase());
        await node.LiveAtRandom(seed: 11, steps: 80);
        await node.Follow();
        return new RebuiltStore(node);
    }

    public Task<RebuildReport> Rebuild(string model) => new Rebuild(CommandLine, ReadModel.All[model]).Run(CancellationToken.None);

    public Task<List<string>> Rows(string model) =>
        Texts($"select row::text from read_models.{ReadModel.All[model].Table} as row order by row::text");

    public Task<List<string>> Indexes() =>
        Texts("select indexdef from pg_indexes where schemaname = 'read_models' order by indexname");

    public async ValueTask DisposeAsync()
    {
        await CommandLine.DisposeAsync();
        await Node.DisposeAsync();
    }

    async Task<List<string>> Texts(string query)
    {
        await using var command = Node.Database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }
}
