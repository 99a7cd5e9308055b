using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class HistoryTests(TestPostgres postgres)
{
    [Fact]
    public async Task The_history_of_a_session_is_a_row_an_event()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));
        await node.Send(address, new SessionCommand.Delete());

        var shown = await RunOn(node.ConnectionString, "history", address.Id.ToString());

        shown.ShouldEnd(ExitCode.Done).Output.ShouldNotContain("\u001b", customMessage: "a pipe gets no colours");
        shown.Output.ShouldContain("created by ana on item 11111111-2222-4333-8444-555555555555 (2 files)");
        shown.Output.ShouldContain("progress 40 %");
        shown.Output.ShouldContain("deleted (requested)");
    }

    [Fact]
    public async Task For_programs_it_is_a_line_an_event()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.Cancel());

        var events = (await RunOn(node.ConnectionString, "history", address.Id.ToString(), "--json")).ShouldEnd(ExitCode.Done).Json;

        events.Select(e => e["type"]!.GetValue<string>()).ShouldBe(["session_created", "session_canceled"]);
        events.Select(e => e["version"]!.GetValue<int>()).ShouldBe([1, 2]);
        events.Select(e => e["actor"]!.GetValue<string>()).ShouldBe(["ana", "ana"]);
        events[0]["data"]!["owner"]!.GetValue<string>().ShouldBe("ana");
    }

    [Fact]
    public async Task It_is_told_from_the_events_when_the_session_s_row_is_gone()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Run("delete from event_store.streams");

        (await RunOn(node.ConnectionString, "history", address.Id.ToString())).ShouldEnd(ExitCode.Done).Output.ShouldContain("created by ana");
    }

    [Fact]
    public async Task Of_a_session_that_never_was_there_is_none()
    {
        const string Id = "01a20e3d-e900-7311-9abb-3d2b0e307bec";
        await using var node = new Node(await postgres.CreateDatabase());

        (await RunOn(node.ConnectionString, "history", Id)).ShouldEnd(ExitCode.No)
            .Error.ShouldContain($"Session {Id} never existed.");
    }

    [Theory]
    [InlineData("no-id-at-all")]
    [InlineData("/nowhere/at-all.ndjson")]
    public async Task What_is_neither_an_id_nor_a_file_is_wrong_usage(string text) =>
        (await Run("history", text)).ShouldEnd(ExitCode.Usage).Error.ShouldContain(text);

    [Fact]
    public async Task What_a_client_sent_does_not_steer_whoever_reads_it()
    {
        const string Hostile = "a\u001b[2J\u202eb\nc\u009bd";
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.Fail(Hostile));
        await node.Follow();
        var id = address.Id.ToString();

        foreach (var command in new string[][]
        {
            ["history", id], ["replay", id], ["state", id], ["diff", id, "1", "2"], ["audit"],
            ["history", id, "--json"], ["replay", id, "--json"], ["state", id, "--json"], ["diff", id, "1", "2", "--json"], ["audit", "--json"],
        })
        {
            var shown = (await RunOn(node.ConnectionString, command)).Output;

            shown.ShouldNotContain(letter => char.IsControl(letter) && letter != '\n' || letter == '\u202e', string.Join(' ', command));
            shown.ShouldNotContain("b\nc");
        }

        (await RunOn(node.ConnectionString, "history", id)).Output.ShouldContain(@"given up: a\u001b[2J\u202eb\u000ac\u009bd");
        ((string)(await RunOn(node.ConnectionString, "state", id, "--json")).Json[0]["message"]!).ShouldBe(Hostile);
    }
}
