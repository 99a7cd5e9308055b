using System.Text;
using System.Text.Json.Nodes;
using Sessions.Domain;
using Sessions.Projections.Exports;
using Sessions.Projections.Verification;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

public sealed class ExportTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly string file = Path.Combine(Path.GetTempPath(), $"sessions-export-{Guid.CreateVersion7()}.ndjson");
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Create("Zoë 管理員", Guid.CreateVersion7());
        await node.Seal();
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(file);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_file_has_every_event_as_it_is_stored_and_says_so_at_its_end()
    {
        var manifest = await Export();

        var expected = await node.CopyLog();
        var lines = await File.ReadAllLinesAsync(file);
        lines.Length.ShouldBe(15);
        lines.Index().Where(line => line.Item.StartsWith("{\"seal\":", StringComparison.Ordinal)).Select(line => line.Index + 1)
            .ShouldBe([5, 10, 14], "each behind the four events that it covers, or what is left");
        lines[..^1].Where(line => !line.StartsWith("{\"seal\":", StringComparison.Ordinal)).Select(line => Convert.ToHexString(EventContent.Hash(EventLine.Read(Encoding.UTF8.GetBytes(line)).Event)))
            .ShouldBe(expected.Select(logged => Convert.ToHexString(EventContent.Hash(logged))));
        (manifest.Count, manifest.First, manifest.Last).ShouldBe((11, expected[0].Position, expected[^1].Position));
        (manifest.Seals, manifest.Head!.Number).ShouldBe((3, 3));
        (await Verify()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_of_the_log_may_be_exported()
    {
        var addresses = await node.Addresses();
        var bos = addresses.Where(address => address.Owner == "bo").ToArray();
        var half = await node.Ask<DateTime>("select recorded_at from event_store.events where position = 6");

        (await Export(new ExportFilter(Session: bos[0].Id.Value))).Count.ShouldBe(2);
        (await Verify()).ShouldBeEmpty();
        (await Export(new ExportFilter(Owner: "bo"))).Count.ShouldBe(4);
        (await Verify()).ShouldBeEmpty();
        var earlier = (await Export(new ExportFilter(To: new DateTimeOffset(half)))).Count;
        (await Verify()).ShouldBeEmpty();
        (earlier + (await Export(new ExportFilter(From: new DateTimeOffset(half)))).Count).ShouldBe(11);
        (await Verify()).ShouldBeEmpty();
        (await Export(new ExportFilter(Owner: "nobody"))).ShouldSatisfyAllConditions(
            empty => empty.Count.ShouldBe(0), empty => empty.First.ShouldBeNull(), empty => empty.Seals.ShouldBe(0));
        (await Verify()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, DifferenceKind.Line, DifferenceKind.Manifest)]
    [InlineData(13, DifferenceKind.Line, DifferenceKind.Manifest)]
    public async Task A_line_that_was_changed_is_named(int line, params DifferenceKind[] kinds)
    {
        await Export();
        await Edit(lines => lines[line - 1] = lines[line - 1].Replace("\"origin\":\"test\"", "\"origin\":\"toast\"", StringComparison.Ordinal));

        var found = await Verify();

        kinds.ShouldBeSubsetOf(found.Select(one => one.Kind));
        found.First(one => one.Kind == DifferenceKind.Line).Line.ShouldBe(line);
    }

    [Fact]
    public async Task A_line_that_was_removed_or_doubled_or_moved_is_noticed()
    {
        await Export();
        await Edit(lines => lines.RemoveAt(1));
        (await Verify()).Select(one => one.Kind).ShouldBe(
            [DifferenceKind.Stream, DifferenceKind.EventChanged, DifferenceKind.Manifest], ignoreOrder: true);

        await Export();
        await Edit(lines => lines.Insert(1, lines[1]));
        (await Verify()).Select(one => one.Kind).ShouldContain(DifferenceKind.Manifest);

        await Export();
        await Edit(lines => lines.RemoveAt(4));
        (await Verify()).Select(one => one.Says).ShouldContain("Seal 1 is gone.");
        (await Verify()).Select(one => one.Says).ShouldContain("The file has 2 seals, its manifest says 3.");

        await Export();
        await Edit(lines => (lines[5], lines[6]) = (lines[6], lines[5]));
        (await Verify()).Select(one => one.Kind).ShouldBe([DifferenceKind.EventChanged, DifferenceKind.Manifest], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_that_was_made_anew_over_a_changed_event_contradicts_its_seals()
    {
        await Export();
        await node.Run("update event_store.events set data = (data::text || ' ')::json where position = 2");

        await Export();

        (await Verify()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => one.Kind.ShouldBe(DifferenceKind.EventChanged), one => one.Seal.ShouldBe(1));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_no_export()
    {
        await Export();
        await Edit(lines => lines.RemoveAt(lines.Count - 1));

        await Should.ThrowAsync<FormatException>(Verify);
    }

    [Fact]
    public async Task A_masked_file_names_nobody_and_still_tells_who_is_the_same()
    {
        var manifest = await Export(isMasked: true);

        var text = await File.ReadAllTextAsync(file);
        foreach (var personal in new[] { "\"ana\"", "\"bo\"", "\"cy\"", "Zoë", "Zo\\u", "disk full" })
            text.ShouldNotContain(personal);
        (manifest.IsMasked, manifest.Seals).ShouldBe((true, 0));
        (await Verify()).ShouldBeEmpty();

        var lines = (await File.ReadAllLinesAsync(file))[..^1].Select(line => JsonNode.Parse(line)!).ToArray();
        var stored = await node.CopyLog();
        lines.Select(line => (string)line["owner"]!).Distinct().Count().ShouldBe(4);
        foreach (var sameOwner in stored.Zip(lines).GroupBy(pair => pair.First.Address.Owner, StringComparer.Ordinal))
            sameOwner.Select(pair => (string)pair.Second["owner"]!).Distinct().ShouldHaveSingleItem();
        lines.ShouldAllBe(line => (string?)line["metadata"]!["actor"] == (string?)line["owner"]);
        lines.Select(line => (string)line["command_id"]!).ShouldBe(stored.Select(logged => logged.CommandId.ToString()));

        var first = (string)lines[0]["owner"]!;
        await Export(isMasked: true);
        (await File.ReadAllTextAsync(file)).ShouldNotContain(first, customMessage: "another export has another key");
    }

    [Fact]
    public async Task The_manifest_of_a_masked_file_names_nobody_either()
    {
        await Export(new ExportFilter(Owner: "bo"), isMasked: true);

        var lines = await File.ReadAllLinesAsync(file);
        lines[^1].ShouldNotContain("\"bo\"");
        ((string?)(await ManifestNode())["filter"]!["owner"]).ShouldBe((string?)JsonNode.Parse(lines[0])!["owner"]);
    }

    [Fact]
    public async Task Imported_into_an_empty_database_everything_is_the_same()
    {
        await using var lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce);
        await lapsing.Create();
        await lapsing.Schedule.RunUntilDone();
        await node.LogShouldBeReadable();
        await Export();
        await using var other = new Node(await postgres.CreateDatabase());

        (await Import(other)).ShouldBe(13);

        foreach (var rows in new[]
        {
            "select string_agg(concat_ws(' ', recorded_at, stream_id, command_id, version, schema, owner, type, data, metadata), '|' order by epoch, transaction_id, position) from event_store.events",
            "select string_agg(concat_ws(' ', stream_id, owner, version, snapshot_schema, snapshot, origin, client_token), '|' order by stream_id) from event_store.streams",
            // Due times may be later than the first: a renewal leaves its message alone, and here both come at once.
            "select string_agg(concat_ws(' ', stream_id, owner, kind, attempts), '|' order by stream_id) from event_store.scheduled_messages",
            "select string_agg(session_list::text, '|' order by owner, session_id) from read_models.session_list",
        })
        {
            (await other.Ask<string>(rows)).ShouldBe(await node.Ask<string>(rows));
        }

        (await other.VerifyReplay()).ShouldBeEmpty();
        await other.ShouldBeSound();
        await other.Seal();
        (await other.VerifySeals()).Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Imported_twice_it_is_refused_and_nothing_changes()
    {
        await Export();
        await using var other = new Node(await postgres.CreateDatabase());
        await Import(other);

        (await Should.ThrowAsync<InvalidOperationException>(() => Import(other))).Message.ShouldContain("is there already");

        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(11);
    }

    /// <summary>Another server may have written it on meanwhile, and its purge has no business here.</summary>
    [Fact]
    public async Task What_became_of_a_session_later_is_not_added_to_it()
    {
        await Export();
        await using var other = new Node(await postgres.CreateDatabase());
        await Import(other);
        var living = await node.Create();
        var half = await node.Ask<DateTime>("select max(recorded_at) from event_store.events");
        await Export(new ExportFilter(Session: living.Id.Value));
        await Import(other);
        (await node.Send(living, new SessionCommand.Delete())).ShouldBeAccepted();
        (await Export(new ExportFilter(Session: living.Id.Value, From: new DateTimeOffset(half).AddTicks(10)))).Count.ShouldBe(1);

        (await Should.ThrowAsync<InvalidOperationException>(() => Import(other))).Message.ShouldContain("is there already");

        (await other.EventsOf(living)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_file_that_is_not_whole_nothing_is_imported()
    {
        await Export();
        await Edit(lines => lines.RemoveAt(9));
        await using var other = new Node(await postgres.CreateDatabase());

        await Should.ThrowAsync<Exception>(() => Import(other));

        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(0);
    }

    [Fact]
    public async Task A_masked_file_can_be_imported_too()
    {
        await Export(isMasked: true);
        await using var other = new Node(await postgres.CreateDatabase());

        await Import(other);

        (await other.VerifyReplay()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Beside_the_same_sessions_of_other_owners_it_is_refused()
    {
        await Export(isMasked: true);

        (await Should.ThrowAsync<InvalidOperationException>(() => Import(node))).Message.ShouldContain("is there already, of another owner");

        (await node.Ask<long>("select count(*) from event_store.events")).ShouldBe(11);
    }

    [Theory]
    [InlineData("update event_store.streams set snapshot_schema = 9")]
    [InlineData("update event_store.streams set snapshot = '[1]'")]
    public async Task Sessions_are_there_already_whatever_their_rows_are(string damage)
    {
        await Export();
        await node.Run(damage);

        (await Should.ThrowAsync<InvalidOperationException>(() => Import(node))).Message.ShouldContain("is there already");
    }

    async Task<ExportManifest> Export(ExportFilter? filter = null, bool isMasked = false)
    {
        await using var output = File.Create(file);
        return await LogExport.Write(
            node.Database, filter ?? new ExportFilter(), isMasked, output, progress: null, CancellationToken.None);
    }

    Task<long> Import(Node other) =>
        LogImport.Read(file, other.Database, other.Policy, progress: null, CancellationToken.None);

    async Task<List<Difference>> Verify()
    {
        var found = new List<Difference>();
        await FileVerification.Verify(file, keys: null, head: null, found.Add, CancellationToken.None);
        return found;
    }

    async Task Edit(Action<List<string>> edit)
    {
        var lines = (await File.ReadAllLinesAsync(file)).ToList();
        edit(lines);
        await File.WriteAllLinesAsync(file, lines);
    }

    async Task<JsonNode> ManifestNode() => JsonNode.Parse((await File.ReadAllLinesAsync(file))[^1])!["manifest"]!;
}
