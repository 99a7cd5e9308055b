using System.Text.Json.Nodes;
using Sessions.Projections.Exports;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>A store with eleven events under three seals, and the file that it is exported to.</summary>
sealed class ExportedStore : IAsyncDisposable
{
    ExportedStore(Node node) => Node = node;

    public Node Node { get; }

    public string FileName { get; } = Path.Combine(Path.GetTempPath(), $"sessions-export-{Guid.CreateVersion7()}.ndjson");

    public static async Task<ExportedStore> Begin(TestPostgres postgres)
    {
        var node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Create("Zoë 管理員", Guid.CreateVersion7());
        await node.Seal();
        return new ExportedStore(node);
    }

    /// <summary>
    /// Exports the whole log, after all transactions have ended that might still add events before others.
    /// </summary>
    public async Task<ExportManifest> Export(ExportFilter? filter = null, bool isMasked = false)
    {
        await Node.LogShouldBeReadable();
        await using var output = File.Create(FileName);
        return await LogExport.Write(
            Node.Database, filter ?? new ExportFilter(), isMasked, output, progress: null, CancellationToken.None);
    }

    public Task<long> Import(Node other) =>
        LogImport.Read(FileName, other.Database, other.Policy, progress: null, CancellationToken.None);

    public async Task<List<Difference>> Verify()
    {
        var found = new List<Difference>();
        await FileVerification.Verify(FileName, keys: null, head: null, found.Add, CancellationToken.None);
        return found;
    }

    public async Task Edit(Action<List<string>> edit)
    {
        var lines = (await File.ReadAllLinesAsync(FileName)).ToList();
        edit(lines);
        await File.WriteAllLinesAsync(FileName, lines);
    }

    public async Task<JsonNode> ManifestNode() =>
        JsonNode.Parse((await File.ReadAllLinesAsync(FileName))[^1])!["manifest"]!;

    public ValueTask DisposeAsync()
    {
        File.Delete(FileName);
        return Node.DisposeAsync();
    }
}
