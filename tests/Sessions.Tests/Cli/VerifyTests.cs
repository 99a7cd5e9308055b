using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class VerifyTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sessions-verify-");
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return node.DisposeAsync();
    }

    [Fact]
    public async Task A_record_that_is_whole_is_said_to_be()
    {
        await node.Seal();

        var shown = (await RunOn(node.ConnectionString, "verify")).ShouldEnd(ExitCode.Done);

        shown.Output.ShouldContain("The record is whole.");
        var summary = (await RunOn(node.ConnectionString, "verify", "--json")).ShouldEnd(ExitCode.Done).Json.ShouldHaveSingleItem()["summary"]!;
        ((long)summary["events"]!, (long)summary["sessions"]!, (long)summary["seals"]!, (long)summary["differences"]!).ShouldBe((10, 4, 3, 0));
    }

    [Fact]
    public async Task Whoever_gives_no_key_is_told_that_no_signature_was_checked()
    {
        using var key = RecordSentences.NewKey();
        await node.Seal(key: key);
        var file = Path.Combine(folder.FullName, "record.ndjson");
        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done);

        (await RunOn(node.ConnectionString, "verify")).Output.ShouldContain("not checked: pass --public-key");
        (await Run("verify", file)).Output.ShouldContain("not checked: pass --public-key");
    }

    [Fact]
    public async Task Each_row_that_differs_is_named_and_the_command_says_no()
    {
        await node.Seal();
        await node.Run("""
            update event_store.events set owner = 'mallory' where position = 2;
            delete from read_models.session_list where owner = 'bo'
            """);

        (await RunOn(node.ConnectionString, "verify")).ShouldEnd(ExitCode.No).Output.ShouldContain("The record is NOT whole.");
        var found = (await RunOn(node.ConnectionString, "verify", "--json")).Json[..^1];
        found.Select(one => (string)one["kind"]!).Distinct().ShouldBe(["event_changed", "stream", "list"], ignoreOrder: true);
        found.Single(one => (string)one["kind"]! == "event_changed")["position"]!.GetValue<long>().ShouldBe(2);
    }

    [Fact]
    public async Task A_key_and_a_kept_seal_find_what_seals_alone_do_not()
    {
        using var key = RecordSentences.NewKey();
        await node.Seal(key: key);
        var (pem, head) = (Path.Combine(folder.FullName, "key.pem"), Path.Combine(folder.FullName, "head.json"));
        await File.WriteAllTextAsync(pem, key.PublicKey);
        var status = (await RunOn(node.ConnectionString, "status", "--json")).Json[0];
        await File.WriteAllTextAsync(head, status["seal"]!.ToJsonString());
        (await RunOn(node.ConnectionString, "verify", "--public-key", pem, "--head", head)).ShouldEnd(ExitCode.Done);
        // The file as jq writes it.
        await File.WriteAllTextAsync(head, status["seal"]!.ToJsonString(new() { WriteIndented = true }) + "\n");
        (await RunOn(node.ConnectionString, "verify", "--head", head)).ShouldEnd(ExitCode.Done);
        // The file of an operator who appends a line now and then.
        await File.WriteAllTextAsync(head, $$"""{"number":1,"hash":"00"}{{'\n'}}{{status["seal"]!.ToJsonString()}}{{'\n'}}""");
        (await RunOn(node.ConnectionString, "verify", "--head", head)).ShouldEnd(ExitCode.Done);

        await node.Run("""
            delete from event_store.events where position > 8;
            delete from event_store.seals where number > 2;
            update event_store.seals set signature = null, signed_by = null where number = 2
            """);

        (await RunOn(node.ConnectionString, "verify", "--public-key", pem)).ShouldEnd(ExitCode.No).Output
            .ShouldContain("Seal 2 is not signed, although one before it is.");
        (await RunOn(node.ConnectionString, "verify", "--head", head)).ShouldEnd(ExitCode.No).Output
            .ShouldContain("Seal 3 was kept elsewhere but is gone");
    }

    [Fact]
    public async Task A_file_is_verified_without_a_database()
    {
        await node.Seal();
        var file = Path.Combine(folder.FullName, "record.ndjson");
        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done).Error.ShouldContain("10 events, 3 seals");
        (await Run("verify", file)).ShouldEnd(ExitCode.Done).Output.ShouldContain("The record is whole.");
        (await RunOn(node.ConnectionString, "verify", "--head", file)).ShouldEnd(ExitCode.Done);

        var lines = await File.ReadAllLinesAsync(file);
        lines[3] = lines[3].Replace("\"owner\":\"bo\"", "\"owner\":\"bob\"", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, lines);

        lines[6] = "no event";
        await File.WriteAllLinesAsync(file, lines);

        var found = (await Run("verify", file)).ShouldEnd(ExitCode.No).Output;
        found.ShouldContain("Line 4:");
        found.ShouldContain("Line 7: This line is not an exported event");
        found.ShouldNotContain("..");
        found.ShouldContain("covers (event ");
        await File.WriteAllLinesAsync(file, lines[..^1]);
        (await Run("verify", file)).ShouldEnd(ExitCode.No).Output.ShouldContain("is not a manifest");
    }

    [Fact]
    public async Task A_file_from_which_the_seals_were_taken_does_not_pass_for_signed()
    {
        using var key = RecordSentences.NewKey();
        var (pem, file) = (Path.Combine(folder.FullName, "key.pem"), Path.Combine(folder.FullName, "record.ndjson"));
        await File.WriteAllTextAsync(pem, key.PublicKey);
        await node.LogShouldBeReadable();
        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done).Error.ShouldContain("10 events, 0 seals");

        (await Run("verify", file, "--public-key", pem)).ShouldEnd(ExitCode.No).Output.ShouldContain("events but no seals");
    }

    [Theory]
    [InlineData("\"owner\":\"bo\"", "\"owner\":null", "Line")]
    [InlineData("\"type\":\"session_created\"", "\"type\":null", "Line")]
    [InlineData("\"recorded_at\":\"", "\"recorded_at\":null,\"x\":\"", "Line")]
    [InlineData("\"hash\":\"", "\"hash\":null,\"x\":\"", "Line")]
    [InlineData("\"data\":{", "\"data\":null,\"x\":{", "Line")]
    [InlineData("\"metadata\":{", "\"metadata\":null,\"x\":{", "Line")]
    [InlineData("\"data\":{", "\"data\":{\"item\":1,\"item\":1,", "Line")]
    [InlineData("\"version\":1", "\"version\":99999999999", "Line")]
    [InlineData("\"count\":10", "\"count\":10,\"count\":10", "manifest")]
    [InlineData("\"filter\":{", "\"filter\":null,\"x\":{", "manifest")]
    [InlineData("\"digest\":\"", "\"digest\":null,\"x\":\"", "manifest")]
    [InlineData("\"previous\":\"", "\"previous\":null,\"x\":\"", "This line is not a seal")]
    [InlineData("\"first\":[", "\"first\":null,\"x\":[", "manifest")]
    [InlineData("\"masked\":false", "\"masked\":null", "manifest")]
    public async Task A_line_that_was_tampered_with_is_named_whatever_became_of_it(string text, string replaced, string says)
    {
        await node.Seal();
        var file = Path.Combine(folder.FullName, "record.ndjson");
        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done);
        var lines = await File.ReadAllTextAsync(file);
        lines.ShouldContain(text);

        await File.WriteAllTextAsync(file, lines.Replace(text, replaced, StringComparison.Ordinal));

        (await Run("verify", file)).ShouldEnd(ExitCode.No).Output.ShouldContain(says);
    }

    [Fact]
    public async Task A_word_before_a_key_is_no_key()
    {
        using var key = RecordSentences.NewKey();
        var pem = Path.Combine(folder.FullName, "key.pem");
        await node.Seal(key: key);

        await File.WriteAllTextAsync(pem, "Of the servers in Bonn:\n" + key.PublicKey + "\nand the same once more:\n" + key.PublicKey);

        (await RunOn(node.ConnectionString, "verify", "--public-key", pem)).ShouldEnd(ExitCode.Done);
    }

    [Fact]
    public async Task A_part_of_a_record_cannot_be_held_against_seals()
    {
        using var key = RecordSentences.NewKey();
        var (pem, head) = (Path.Combine(folder.FullName, "key.pem"), Path.Combine(folder.FullName, "head.ndjson"));
        await File.WriteAllTextAsync(pem, key.PublicKey);
        await node.Seal();
        (await RunOn(node.ConnectionString, "export", head)).ShouldEnd(ExitCode.Done);

        foreach (var part in new string[][] { ["--owner", "ana"], ["--mask"] })
        {
            var file = Path.Combine(folder.FullName, "part.ndjson");
            (await RunOn(node.ConnectionString, ["export", file, .. part])).ShouldEnd(ExitCode.Done);

            (await Run("verify", file, "--public-key", pem)).ShouldEnd(ExitCode.Usage).Error.ShouldContain("cannot be compared with seals");
            (await Run("verify", file, "--head", head)).ShouldEnd(ExitCode.Usage);
        }
    }

    [Fact]
    public async Task What_is_no_key_or_no_seal_is_told_so()
    {
        var file = Path.Combine(folder.FullName, "nothing");
        await File.WriteAllTextAsync(file, "nothing\n");

        (await RunOn(node.ConnectionString, "verify", "--public-key", file)).ShouldEnd(ExitCode.Usage);
        (await RunOn(node.ConnectionString, "verify", "--head", file)).ShouldEnd(ExitCode.Usage);
        (await RunOn(node.ConnectionString, "verify", file + ".ndjson")).ShouldEnd(ExitCode.Usage);
    }
}
