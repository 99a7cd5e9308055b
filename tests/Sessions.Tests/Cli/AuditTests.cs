using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using static Sessions.Domain.SessionCommand;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class AuditTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new KeepAlive(40));
        await node.Send(address, new Delete());
        await node.Create("bo");
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task What_fits_is_a_row_an_event_the_newest_first()
    {
        var shown = (await RunOn(node.ConnectionString, "audit", "--owner", "ana")).ShouldEnd(ExitCode.Done).Output;

        shown.ShouldNotContain("\u001b", customMessage: "a pipe gets no colours");
        shown.ShouldNotContain("bo ");
        shown.IndexOf("session_deleted", StringComparison.Ordinal)
            .ShouldBeInRange(1, shown.IndexOf("session_created", StringComparison.Ordinal));
        shown.ShouldContain("requested");
    }

    [Fact]
    public async Task For_programs_it_is_a_line_an_event_and_all_of_them()
    {
        var events = (await RunOn(node.ConnectionString, "audit", "--json", "--oldest")).ShouldEnd(ExitCode.Done).Json;

        events.Select(one => one["number"]!.GetValue<long>()).ShouldBe([1, 2, 3, 4]);
        events[1]["data"]!["progress"]!.GetValue<int>().ShouldBe(40);
        (await RunOn(node.ConnectionString, "audit", "--json", "--limit", "2")).Json.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_found_is_said_by_how_it_ends() =>
        (await RunOn(node.ConnectionString, "audit", "--actor", "nobody", "--json")).ShouldEnd(ExitCode.No).Output.ShouldBeEmpty();

    [Theory]
    [InlineData("--type", "session_vanished")]
    [InlineData("--reason", "why")]
    [InlineData("--session", "x")]
    [InlineData("--trace", "x")]
    [InlineData("--from", "yesterday")]
    [InlineData("--item", "x")]
    [InlineData("--address", "1.2.3")]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "abc")]
    [InlineData("--limit", "99999999999")]
    public async Task What_cannot_be_asked_is_wrong_usage(string option, string value)
    {
        var refused = (await RunOn(node.ConnectionString, "audit", option, value)).ShouldEnd(ExitCode.Usage);

        refused.Error.ShouldContain(value);
        refused.Error.ShouldNotContain("System.");
    }
}
