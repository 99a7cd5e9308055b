using System.Text.RegularExpressions;
using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class ReplayTests(TestPostgres postgres)
{
    /// <summary>The log as the lines of a file, put together by the database.</summary>
    const string AsLines = """
        select string_agg(json_build_object(
            'epoch', epoch, 'transaction_id', transaction_id::text::bigint, 'position', position,
            'recorded_at', to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'stream_id', stream_id, 'owner', owner, 'version', version, 'command_id', command_id, 'type', type,
            'schema', schema, 'data', data, 'metadata', metadata, 'hash', '')::text, E'\n' order by position)
        from event_store.events
        """;

    [Fact]
    public async Task Without_somebody_before_it_all_steps_are_printed()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        var shown = (await RunOn(node.ConnectionString, "replay", address.Id.ToString(), "--step")).ShouldEnd(ExitCode.Done).Output;

        shown.ShouldNotContain("\u001b", customMessage: "a pipe gets no colours");
        shown.ShouldContain("1/3  session_created");
        shown.ShouldContain("2/3  session_kept_alive");
        shown.ShouldContain("3/3  session_canceled");
        shown.ShouldContain("Scheduled next: Expire at ");
        shown.ShouldContain("Scheduled next: Purge at ");
    }

    [Fact]
    public async Task For_programs_a_step_is_a_line_whose_states_are_those_of_the_server()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        var steps = (await RunOn(node.ConnectionString, "replay", address.Id.ToString(), "--json")).ShouldEnd(ExitCode.Done).Json;

        steps.Select(step => step["after"]!["state"]!.GetValue<string>()).ShouldBe(["active", "active", "canceled"]);
        steps.Skip(1).Select(step => step["before"]!.ToJsonString())
            .ShouldBe(steps.SkipLast(1).Select(step => step["after"]!.ToJsonString()));
        steps.Select(step => step["due"]!["kind"]!.GetValue<string>()).ShouldBe(["expire", "expire", "purge"]);
    }

    [Fact]
    public async Task Keys_go_forth_and_back_to_the_ends_and_out()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();
        ConsoleKey[] keys =
        [
            ConsoleKey.RightArrow, ConsoleKey.Spacebar, ConsoleKey.Spacebar, ConsoleKey.LeftArrow, ConsoleKey.Home,
            ConsoleKey.LeftArrow, ConsoleKey.End, ConsoleKey.X, ConsoleKey.Q, ConsoleKey.Home,
        ];

        var shown = await RunWithKeys(
            keys, "replay", address.Id.ToString(), "--step", "--connection", node.ConnectionString);

        Regex.Matches(shown.ShouldEnd(ExitCode.Done).Output, "(?<step>.)/3  session_", RegexOptions.ExplicitCapture, StoreSentences.Patience)
            .Select(step => step.Groups["step"].Value)
            .ShouldBe(["1", "2", "3", "3", "2", "1", "1", "3", "3"]);
    }

    [Fact]
    public async Task A_file_is_replayed_without_a_database_and_tells_the_same()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();
        await node.Life();
        var fromDatabase = await RunOn(node.ConnectionString, "replay", address.Id.ToString());
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, await node.Ask<string>(AsLines) + "\n{\"manifest\":{}}\n");

            (await Run("replay", file, "--session", address.Id.ToString())).ShouldEnd(ExitCode.Done)
                .Output.ShouldBe(fromDatabase.Output);
            (await Run("replay", file)).ShouldEnd(ExitCode.Usage).Error.ShouldContain("holds several sessions");
            await File.AppendAllTextAsync(file, "no event\n");
            (await Run("replay", file, "--session", address.Id.ToString())).ShouldEnd(ExitCode.Usage)
                .Error.ShouldContain("line 8");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_step_fits_on_a_small_terminal_and_the_keys_come_last()
    {
        var (columns, rows) = (80, 24);
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        var shown = (await RunWithKeys([ConsoleKey.S], "replay", address.Id.ToString(), "--step", "--connection", node.ConnectionString))
            .ShouldEnd(ExitCode.Done).Output.Split("q: quit\n")[..^1];

        shown.Length.ShouldBe(2, "once as it is, once with the whole state");
        var lines = shown[0].Split('\n');
        lines.Sum(line => Math.Max(1, (line.Length + columns - 1) / columns)).ShouldBeLessThan(rows);
        lines.ShouldContain("The state is now active; it was not_created.");
        shown[0].ShouldNotContain("\"op\"");
        shown[0].ShouldNotContain("before");
        shown[1].ShouldContain("before");
    }

    [Fact]
    public async Task Of_a_file_that_begins_in_the_middle_of_a_session_its_states_are_not_told()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();
        var id = address.Id.ToString();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, (await node.Ask<string>(AsLines)).Split('\n')[1..]);

            foreach (var command in new string[][] { ["state", file], ["replay", file], ["diff", file, "1", "2"], ["as-test", file] })
                (await Run(command)).ShouldEnd(ExitCode.Usage).Error.ShouldContain($"lacks the beginning of session {id}");
            (await Run("history", file)).ShouldEnd(ExitCode.Done).Output.ShouldContain("canceled");
            (await Run("history", file, "--session", Guid.Empty.ToString())).ShouldEnd(ExitCode.No).Error.ShouldContain("holds no event");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Whoever_steps_without_a_key_more_comes_to_an_end()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        (await RunWithKeys([], "replay", address.Id.ToString(), "--step", "--connection", node.ConnectionString))
            .ShouldEnd(ExitCode.Done).Output.ShouldContain("1/3");
    }
}
