using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Projections.Exports;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>Files whose manifest was rewritten to fit their altered lines.</summary>
public sealed class ExportedSealsTests(TestPostgres postgres) : SealedLog(postgres)
{
    [Fact]
    public async Task A_file_without_the_seals_that_its_manifest_tells_of_is_not_whole()
    {
        (await Verify(lines => lines.RemoveAll(line => line.StartsWith("{\"seal\"", StringComparison.Ordinal)))).ShouldHaveSingleItem().Says
            .ShouldBe("The file has no seal, but its manifest says that seal 3 was the newest.");
    }

    [Fact]
    public async Task Neither_is_one_without_the_last_of_them()
    {
        (await Verify(lines => lines.RemoveAll(line => line.StartsWith("{\"seal\":{\"number\":3,", StringComparison.Ordinal)))).ShouldHaveSingleItem().Says
            .ShouldBe("The newest seal of the file is 2, but its manifest says that it was seal 3.");
    }

    [Fact]
    public async Task One_that_is_as_it_was_written_is() => (await Verify(_ => { })).ShouldBeEmpty();

    async Task<List<Difference>> Verify(Action<List<string>> edit)
    {
        await Node.Seal();
        var file = Path.Combine(Path.GetTempPath(), $"sessions-seals-{Guid.CreateVersion7()}.ndjson");
        try
        {
            await using (var output = File.Create(file))
                await LogExport.Write(Node.Database, new ExportFilter(), isMasked: false, output, progress: null, CancellationToken.None);
            var lines = (await File.ReadAllLinesAsync(file)).ToList();
            edit(lines);
            var manifest = JsonNode.Parse(lines[^1])!;
            var text = string.Concat(lines[..^1].Select(line => line + "\n"));
            manifest["manifest"]!["digest"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            manifest["manifest"]!["seals"] = lines.Count - 11;
            await File.WriteAllTextAsync(file, text + manifest.ToJsonString() + "\n");
            var found = new List<Difference>();
            await FileVerification.Verify(file, keys: null, head: null, found.Add, CancellationToken.None);
            return found;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
