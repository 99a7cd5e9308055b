using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

/// <summary>The command line between other programs, some of which read a line and exit.</summary>
public sealed class PipeTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData("tail --json")]
    [InlineData("tail")]
    public async Task Who_follows_ends_when_its_reader_goes_though_nothing_more_happens(string command)
    {
        await node.Create();

        var shown = await RunInShell(node.ConnectionString, $"{{ sessions {command}; echo ended with $? >&2; }} | head -n 1");

        shown.Output.ShouldContain("session_created");
        shown.Error.ShouldBe("ended with 141\n");
    }

    [Fact]
    public async Task An_export_into_a_pipe_ends_when_its_reader_goes()
    {
        await RecordMoreThanAPipeHolds();

        foreach (var file in new[] { "/dev/stdout", ">(head -n 1 >&2)" })
        {
            var shown = await RunInShell(node.ConnectionString, $"{{ sessions export {file}; echo ended with $? >&2; }} | head -n 1");

            shown.Error.ShouldContain("ended with 141\n", customMessage: file);
        }
    }

    [Fact]
    public async Task An_export_into_a_pipe_is_what_it_is_in_a_file()
    {
        await node.LiveALittle();
        await node.LogShouldBeReadable();

        var shown = (await RunInShell(node.ConnectionString, "sessions export /dev/stdout | cat")).ShouldEnd(ExitCode.Done);

        shown.Json.Length.ShouldBe(11);
        shown.Error.ShouldStartWith("10 events");
    }

    [Fact]
    public async Task An_interrupt_ends_a_write_that_nobody_reads()
    {
        await RecordMoreThanAPipeHolds();

        // The reader holds the pipe open and takes only the first byte, which shows that the command is writing.
        var shown = await RunInShell(node.ConnectionString, """
            set -m
            folder=$(mktemp -d)
            mkfifo "$folder/pipe"
            "$DOTNET" exec "$SESSIONS" export /dev/stdout > "$folder/pipe" &
            exec 3< "$folder/pipe"
            rm -r "$folder"
            head -c 1 <&3 > /dev/null
            kill -INT %1
            wait %1
            echo ended with $?
            """);

        shown.Output.ShouldBe("ended with 130\n");
    }

    async Task RecordMoreThanAPipeHolds()
    {
        await node.Run("""
            insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            select now(), gen_random_uuid(), 'copied', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}'
            from generate_series(1, 5000)
            """);
        await node.LogShouldBeReadable();
    }
}
