using System.Text.RegularExpressions;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class ReplayTests(TestPostgres postgres)
{
    [Fact]
    public async Task Without_somebody_before_it_all_steps_are_printed()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        var shown = (await RunOn(node.ConnectionString, "replay", address.Id.ToString(), "--step")).ShouldEnd(ExitCode.Done).Output;

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

        steps.Select(step => step["after"]!["state"]!.GetValue<string>()).ShouldBe(["ACTIVE", "ACTIVE", "CANCELED"]);
        steps.Skip(1).Select(step => step["before"]!.ToJsonString())
            .ShouldBe(steps.SkipLast(1).Select(step => step["after"]!.ToJsonString()));
        steps.Select(step => step["due"]!["kind"]!.GetValue<string>()).ShouldBe(["EXPIRE", "EXPIRE", "PURGE"]);
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
    public async Task Whoever_steps_without_a_key_more_comes_to_an_end()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Life();

        (await RunWithKeys([], "replay", address.Id.ToString(), "--step", "--connection", node.ConnectionString))
            .ShouldEnd(ExitCode.Done).Output.ShouldContain("1/3");
    }
}

static class ReplaySentences
{
    /// <summary>A session that is created, kept alive and canceled.</summary>
    public static async Task<SessionAddress> Life(this Node node)
    {
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));
        await node.Send(address, new SessionCommand.Cancel());
        return address;
    }
}
