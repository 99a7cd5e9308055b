using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class DiffTests(TestPostgres postgres)
{
    [Fact]
    public async Task Between_two_versions_it_is_told_in_words_and_as_a_patch()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));

        var diff = (await RunOn(node.ConnectionString, "diff", address.Id.ToString(), "1", "2")).ShouldEnd(ExitCode.No).Output;

        diff.ShouldContain("The progress is now 40 %; it was 0 %.");
        diff.ShouldContain("""{"op":"replace","path":"/progress","value":40}""");
        diff.ShouldNotContain("/owner");
    }

    [Fact]
    public async Task Between_a_moment_and_itself_there_is_none()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        var created = (await node.EventsOf(address))[0].At;

        (await RunOn(node.ConnectionString, "diff", address.Id.ToString(), $"{created:O}", "1", "--json"))
            .ShouldEnd(ExitCode.Done).Output.Trim().ShouldBe("""{"patch":[],"words":[]}""");
    }
}
