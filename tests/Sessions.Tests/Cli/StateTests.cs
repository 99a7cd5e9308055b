using System.Text.Json.Nodes;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class StateTests(TestPostgres postgres)
{
    [Fact]
    public async Task A_session_is_shown_as_it_is_as_it_was_behind_an_event_and_as_it_was_at_a_time()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));
        await node.Send(address, new SessionCommand.Delete());
        var events = await node.EventsOf(address);

        (await StateOf(node, address))["state"]!.GetValue<string>().ShouldBe("deleted");
        (await StateOf(node, address, "--version", "2"))["progress"]!.GetValue<int>().ShouldBe(40);
        (await StateOf(node, address, "--at", $"{events[1].At.AddTicks(-1):O}"))["progress"]!.GetValue<int>().ShouldBe(0);
        (await StateOf(node, address, "--at", $"{events[1].At:O}"))["progress"]!.GetValue<int>().ShouldBe(40);
        (await StateOf(node, address, "--at", "2001-01-01"))["state"]!.GetValue<string>().ShouldBe("not_created");
    }

    [Fact]
    public async Task A_version_that_a_session_has_not_come_to_is_no_moment_of_it()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();

        (await RunOn(node.ConnectionString, "state", address.Id.ToString(), "--version", "2")).ShouldEnd(ExitCode.No)
            .Error.ShouldContain("has 1 events and no version 2.");
        (await RunOn(node.ConnectionString, "diff", address.Id.ToString(), "0", "99")).ShouldEnd(ExitCode.No).Error.ShouldContain("no version 99");
    }

    [Fact]
    public async Task A_moment_is_a_time_or_a_version_and_not_both() =>
        (await Run("state", "x", "--at", "2001-01-01", "--version", "1")).ShouldEnd(ExitCode.Usage);

    [Theory]
    [InlineData("--at", "7", "'7' is not a time")]
    [InlineData("--version", "2026-01-01", "'2026-01-01' is not a version")]
    public async Task A_version_is_no_time_and_a_time_no_version(string option, string value, string says) =>
        (await Run("state", "x", option, value)).ShouldEnd(ExitCode.Usage).Error.ShouldContain(says);

    static async Task<JsonNode> StateOf(Node node, SessionAddress address, params string[] moment) =>
        (await RunOn(node.ConnectionString, ["state", address.Id.ToString(), "--json", .. moment]))
            .ShouldEnd(ExitCode.Done).Json.ShouldHaveSingleItem();
}
