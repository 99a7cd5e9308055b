using System.Text;
using System.Text.Json.Nodes;
using Sessions.Projections.Exports;
using Sessions.Projections.Verification;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>What an export file contains, and what verification finds after the file was altered.</summary>
public sealed class ExportTests(TestPostgres postgres) : IAsyncLifetime
{
    ExportedStore exported = null!;

    public async ValueTask InitializeAsync() => exported = await ExportedStore.Begin(postgres);

    public ValueTask DisposeAsync() => exported.DisposeAsync();

    [Fact]
    public async Task A_file_has_every_event_as_it_is_stored_and_says_so_at_its_end()
    {
        var manifest = await exported.Export();

        var expected = await exported.Node.CopyLog();
        var lines = await File.ReadAllLinesAsync(exported.FileName);
        lines.Length.ShouldBe(15);
        lines.Index().Where(line => line.Item.StartsWith("{\"seal\":", StringComparison.Ordinal)).Select(line => line.Index + 1)
            .ShouldBe([5, 10, 14], "each behind the four events that it covers, or what is left");
        lines[..^1].Where(line => !line.StartsWith("{\"seal\":", StringComparison.Ordinal)).Select(line => Convert.ToHexString(EventContent.Hash(EventLine.Read(Encoding.UTF8.GetBytes(line)).Event)))
            .ShouldBe(expected.Select(logged => Convert.ToHexString(EventContent.Hash(logged))));
        (manifest.Count, manifest.First, manifest.Last).ShouldBe((11, expected[0].Position, expected[^1].Position));
        (manifest.Seals, manifest.Head!.Number).ShouldBe((3, 3));
        (await exported.Verify()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_of_the_log_may_be_exported()
    {
        var addresses = await exported.Node.Addresses();
        var bos = addresses.Where(address => address.Owner == "bo").ToArray();
        var half = await exported.Node.Ask<DateTime>("select recorded_at from event_store.events where position = 6");

        (await exported.Export(new ExportFilter(Session: bos[0].Id.Value))).Count.ShouldBe(2);
        (await exported.Verify()).ShouldBeEmpty();
        (await exported.Export(new ExportFilter(Owner: "bo"))).Count.ShouldBe(4);
        (await exported.Verify()).ShouldBeEmpty();
        var earlier = (await exported.Export(new ExportFilter(To: new DateTimeOffset(half)))).Count;
        (await exported.Verify()).ShouldBeEmpty();
        (earlier + (await exported.Export(new ExportFilter(From: new DateTimeOffset(half)))).Count).ShouldBe(11);
        (await exported.Verify()).ShouldBeEmpty();
        (await exported.Export(new ExportFilter(Owner: "nobody"))).ShouldSatisfyAllConditions(
            empty => empty.Count.ShouldBe(0), empty => empty.First.ShouldBeNull(), empty => empty.Seals.ShouldBe(0));
        (await exported.Verify()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, DifferenceKind.Line, DifferenceKind.Manifest)]
    [InlineData(13, DifferenceKind.Line, DifferenceKind.Manifest)]
    public async Task A_line_that_was_changed_is_named(int line, params DifferenceKind[] kinds)
    {
        await exported.Export();
        await exported.Edit(lines => lines[line - 1] = lines[line - 1].Replace("\"origin\":\"test\"", "\"origin\":\"toast\"", StringComparison.Ordinal));

        var found = await exported.Verify();

        kinds.ShouldBeSubsetOf(found.Select(one => one.Kind));
        found.First(one => one.Kind == DifferenceKind.Line).Line.ShouldBe(line);
    }

    [Fact]
    public async Task A_line_that_was_removed_or_doubled_or_moved_is_noticed()
    {
        await exported.Export();
        await exported.Edit(lines => lines.RemoveAt(1));
        (await exported.Verify()).Select(one => one.Kind).ShouldBe(
            [DifferenceKind.Stream, DifferenceKind.EventChanged, DifferenceKind.Manifest], ignoreOrder: true);

        await exported.Export();
        await exported.Edit(lines => lines.Insert(1, lines[1]));
        (await exported.Verify()).Select(one => one.Kind).ShouldContain(DifferenceKind.Manifest);

        await exported.Export();
        await exported.Edit(lines => lines.RemoveAt(4));
        (await exported.Verify()).Select(one => one.Says).ShouldContain("Seal 1 is gone.");
        (await exported.Verify()).Select(one => one.Says).ShouldContain("The file has 2 seals, but its manifest says 3.");

        await exported.Export();
        await exported.Edit(lines => (lines[5], lines[6]) = (lines[6], lines[5]));
        (await exported.Verify()).Select(one => one.Kind).ShouldBe([DifferenceKind.EventChanged, DifferenceKind.Manifest], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_that_was_made_anew_over_a_changed_event_contradicts_its_seals()
    {
        await exported.Export();
        await exported.Node.Run("update event_store.events set data = (data::text || ' ')::json where position = 2");

        await exported.Export();

        (await exported.Verify()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => one.Kind.ShouldBe(DifferenceKind.EventChanged), one => one.Seal.ShouldBe(1));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_no_export()
    {
        await exported.Export();
        await exported.Edit(lines => lines.RemoveAt(lines.Count - 1));

        await Should.ThrowAsync<FormatException>(exported.Verify);
    }

    [Fact]
    public async Task A_masked_file_names_nobody_and_still_tells_who_is_the_same()
    {
        var manifest = await exported.Export(isMasked: true);

        var text = await File.ReadAllTextAsync(exported.FileName);
        foreach (var personal in new[] { "\"ana\"", "\"bo\"", "\"cy\"", "Zoë", "Zo\\u", "disk full" })
            text.ShouldNotContain(personal);
        (manifest.IsMasked, manifest.Seals).ShouldBe((true, 0));
        (await exported.Verify()).ShouldBeEmpty();

        var lines = (await File.ReadAllLinesAsync(exported.FileName))[..^1].Select(line => JsonNode.Parse(line)!).ToArray();
        var stored = await exported.Node.CopyLog();
        lines.Select(line => (string)line["owner"]!).Distinct().Count().ShouldBe(4);
        foreach (var sameOwner in stored.Zip(lines).GroupBy(pair => pair.First.Address.Owner, StringComparer.Ordinal))
            sameOwner.Select(pair => (string)pair.Second["owner"]!).Distinct().ShouldHaveSingleItem();
        lines.ShouldAllBe(line => (string?)line["metadata"]!["actor"] == (string?)line["owner"]);
        lines.Select(line => (string)line["command_id"]!).ShouldBe(stored.Select(logged => logged.CommandId.ToString()));

        var first = (string)lines[0]["owner"]!;
        await exported.Export(isMasked: true);
        (await File.ReadAllTextAsync(exported.FileName)).ShouldNotContain(first, customMessage: "another export has another key");
    }

    [Fact]
    public async Task Of_members_that_are_there_twice_neither_is_passed_over()
    {
        await exported.Node.Run("""
            update event_store.events set metadata = '{"actor":"ana","origin":"test","actor":"mallory"}' where position = 3
            """);

        await exported.Export(isMasked: true);

        var line = (await File.ReadAllLinesAsync(exported.FileName))[2];
        line.ShouldNotContain("mallory");
        line.ShouldNotContain("\"ana\"");
        line.Split("\"actor\":\"user-").Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_while_it_is_read_is_said_to_be()
    {
        await exported.Export();
        await using var file = await ExportFile.Open(exported.FileName, CancellationToken.None);
        await using (var cut = new FileStream(exported.FileName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            cut.SetLength(cut.Length / 2);

        (await Should.ThrowAsync<IOException>(async () =>
        {
            await foreach (var _ in file.Lines(CancellationToken.None))
            {
            }
        })).Message.ShouldContain("cut off while it was read");
    }

    [Fact]
    public async Task The_manifest_of_a_masked_file_names_nobody_either()
    {
        await exported.Export(new ExportFilter(Owner: "bo"), isMasked: true);

        var lines = await File.ReadAllLinesAsync(exported.FileName);
        lines[^1].ShouldNotContain("\"bo\"");
        ((string?)(await exported.ManifestNode())["filter"]!["owner"]).ShouldBe((string?)JsonNode.Parse(lines[0])!["owner"]);
    }
}
