using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class ExportTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly string file = Path.Combine(Path.GetTempPath(), $"sessions-export-{Guid.CreateVersion7()}.ndjson");
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.LogShouldBeReadable();
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(file);
        return node.DisposeAsync();
    }

    [Fact]
    public async Task What_is_exported_is_imported_into_a_database_that_was_migrated()
    {
        var other = await postgres.CreateEmptyDatabase();
        (await RunOn(other, "status")).ShouldEnd(ExitCode.No).Output.ShouldContain("missing: 0001_event_store");
        (await RunOn(other, "migrate", "--check")).ShouldEnd(ExitCode.No).Output.ShouldContain("missing 0001_event_store");
        (await RunOn(other, "migrate")).ShouldEnd(ExitCode.Done).Output.ShouldContain("applied 0001_event_store");
        (await RunOn(other, "migrate")).ShouldEnd(ExitCode.Done).Output.ShouldContain("The schema is up to date.");
        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done);

        (await Run("import", file, "--into", other)).ShouldEnd(ExitCode.Done).Output.ShouldContain("10 events imported.");

        await using var imported = new Node(other);
        (await imported.Addresses()).Order(Comparer<SessionAddress>.Create((a, b) => a.Id.Value.CompareTo(b.Id.Value)))
            .ShouldBe((await node.Addresses()).Order(Comparer<SessionAddress>.Create((a, b) => a.Id.Value.CompareTo(b.Id.Value))));
        (await RunOn(other, "verify")).ShouldEnd(ExitCode.Done);
        (await Run("import", file, "--into", other)).ShouldEnd(ExitCode.No).Error.ShouldContain("Nothing was imported.");
    }

    [Fact]
    public async Task A_part_is_exported_by_session_owner_or_time()
    {
        var bo = (await node.Addresses()).First(address => address.Owner == "bo");

        (await RunOn(node.ConnectionString, "export", file, "--session", bo.Id.ToString())).Error.ShouldContain("2 events");
        (await RunOn(node.ConnectionString, "export", file, "--owner", "bo", "--mask")).Error.ShouldContain("4 events");
        (await RunOn(node.ConnectionString, "export", file, "--to", "2001-01-01")).Error.ShouldContain("0 events");
        (await RunOn(node.ConnectionString, "export", file, "--from", "2001-01-01")).Error.ShouldContain("10 events");
        (await RunOn(node.ConnectionString, "export", file, "--from", "yesterday")).ShouldEnd(ExitCode.Usage);
        (await RunOn(node.ConnectionString, "export", file, "--session", "abc")).ShouldEnd(ExitCode.Usage).Error.ShouldContain("'abc' is not an id");
    }

    [Fact]
    public async Task Of_a_session_that_never_was_there_is_nothing_to_export()
    {
        var id = Guid.CreateVersion7().ToString();

        (await RunOn(node.ConnectionString, "export", file, "--session", id)).ShouldEnd(ExitCode.No)
            .Error.ShouldContain($"no event of session {id}");
        File.Exists(file).ShouldBeFalse();
        File.Exists(file + ".part").ShouldBeFalse();
    }

    [Fact]
    public async Task An_import_never_goes_to_the_configured_database_by_itself()
    {
        await RunOn(node.ConnectionString, "export", file);

        (await RunOn(node.ConnectionString, "import", file)).ShouldEnd(ExitCode.Usage);
    }

    [Fact]
    public async Task An_export_that_fails_leaves_the_file_that_was_there()
    {
        await File.WriteAllTextAsync(file, "last month's");

        (await RunOn("Host=127.0.0.1;Port=1", "export", file)).ShouldEnd(ExitCode.Unreachable);
        (await File.ReadAllTextAsync(file)).ShouldBe("last month's");
        File.Exists(file + ".part").ShouldBeFalse();

        (await RunOn(node.ConnectionString, "export", file)).ShouldEnd(ExitCode.Done);
        (await Run("verify", file)).ShouldEnd(ExitCode.Done);
        File.Exists(file + ".part").ShouldBeFalse();
    }

    [Fact]
    public async Task A_pipe_and_a_device_are_written_straight()
    {
        (await RunInShell(node.ConnectionString, "sessions export >(cat) | cat && sessions export /dev/null")).ShouldEnd(ExitCode.Done)
            .Output.ShouldContain("\"manifest\"");
    }

    [Fact]
    public async Task A_day_is_written_as_one() =>
        (await RunOn(node.ConnectionString, "export", file, "--from", "3.4")).ShouldEnd(ExitCode.Usage).Error.ShouldContain("'3.4' is not a time");

    [Fact]
    public async Task An_import_says_what_is_wrong_before_it_begins()
    {
        await RunOn(node.ConnectionString, "export", file);

        (await Run("import", file, "--into", "Hosst=127.0.0.1")).ShouldEnd(ExitCode.Usage).Error.ShouldContain("connection string cannot be used");
        (await RunConfigured("""{"Lease":{"Retention":"soon"}}""", "import", file, "--into", "Host=127.0.0.1;Port=1"))
            .ShouldEnd(ExitCode.Usage).Error.ShouldNotContain("Nothing was imported");
    }
}
