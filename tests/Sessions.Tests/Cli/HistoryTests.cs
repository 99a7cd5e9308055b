using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
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

    [Theory]
    [InlineData("01a20e3d-e900-7311-9abb-3d2b0e307bec")]
    [InlineData("no-id-at-all")]
    public async Task Of_a_session_that_never_was_there_is_none(string id)
    {
        await using var node = new Node(await postgres.CreateDatabase());

        (await RunOn(node.ConnectionString, "history", id)).ShouldEnd(ExitCode.No)
            .Error.ShouldContain($"There never was a session {id}.");
    }
}
