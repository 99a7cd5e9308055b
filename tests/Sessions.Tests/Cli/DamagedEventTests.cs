using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

/// <summary>The second event of three is damaged. No command ends with a stack trace.</summary>
public sealed class DamagedEventTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;
    string id = "";

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        var address = await node.Create();
        await node.Send(address, new SessionCommand.KeepAlive(40));
        await node.Send(address, new SessionCommand.Cancel());
        await node.Create("bo");
        await node.Run($"update event_store.events set data = '{{}}' {address.Where()} and version = 2");
        id = address.Id.ToString();
        await node.LogShouldBeReadable();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Its_history_shows_it_with_its_fault()
    {
        (await Run("history", id)).ShouldEnd(ExitCode.Done).Output.ShouldContain("It cannot be read");
        (await Run("history", id, "--json")).ShouldEnd(ExitCode.Done).Json.Select(one => one["fault"] is not null)
            .ShouldBe([false, true, false]);
    }

    [Fact]
    public async Task Its_replay_goes_on_behind_it()
    {
        (await Run("replay", id)).ShouldEnd(ExitCode.Done).Output.ShouldContain("3/3  session_canceled");
        (await Run("replay", id, "--json")).ShouldEnd(ExitCode.Done).Json.Select(one => one["fault"] is not null)
            .ShouldBe([false, true, false]);
    }

    [Fact]
    public async Task States_are_told_before_it_and_not_behind_it()
    {
        (await Run("state", id, "--version", "1")).ShouldEnd(ExitCode.Done);
        (await Run("diff", id, "0", "1")).ShouldEnd(ExitCode.No).Error.ShouldBeEmpty();
        (await Run("state", id)).ShouldEnd(ExitCode.No).Error.ShouldContain("is damaged, so its state at that moment is unknown: version 2 cannot be read");
        (await Run("diff", id, "1", "3")).ShouldEnd(ExitCode.No).Error.ShouldContain("is damaged, so its state at that moment is unknown: version 2 cannot be read");
    }

    [Fact]
    public async Task It_makes_no_test()
    {
        var told = (await Run("as-test", id)).ShouldEnd(ExitCode.No);

        told.Output.ShouldBeEmpty();
        told.Error.ShouldContain($"The record of session {id} is damaged, so no test can be made of it: version 2 cannot be read");
    }

    [Fact]
    public async Task What_would_have_become_of_others_is_told_without_it()
    {
        var told = (await Run("what-if", "--max-lifetime", "1s", "--json")).ShouldEnd(ExitCode.Done);

        told.Json[^1]["sessions"]!.GetValue<int>().ShouldBe(1);
        told.Error.ShouldContain($"Session {id} of ana is left out: version 2 cannot be read");
    }

    [Theory]
    [InlineData(1, "The log lacks the beginning of session")]
    [InlineData(2, "version 2 is missing")]
    public async Task One_that_is_gone_makes_no_test_and_no_state(int version, string says)
    {
        await node.Run($"delete from event_store.events where stream_id = '{id}' and version = {version}");

        (await Run("as-test", id)).ShouldEnd(ExitCode.No).Error.ShouldContain(says);
        (await Run("state", id)).ShouldEnd(ExitCode.No).Error.ShouldContain(says);
        (await Run("history", id)).ShouldEnd(ExitCode.Done);
        (await Run("what-if", "--max-lifetime", "1s", "--json")).Json[^1]["sessions"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task When_all_are_gone_that_is_said()
    {
        await node.Run($"delete from event_store.events where stream_id = '{id}'");

        foreach (var command in new[] { "history", "state", "replay", "as-test" })
            (await Run(command, id)).ShouldEnd(ExitCode.No).Error.ShouldContain("existed, but its events are gone from the log");
    }

    [Fact]
    public async Task The_list_is_not_rebuilt_without_it_and_all_else_is()
    {
        await node.Follow();

        (await Run("rebuild", "audit-trail")).ShouldEnd(ExitCode.Done);
        (await Run("rebuild", "activity")).ShouldEnd(ExitCode.Done);
        (await Run("rebuild", "session-list")).ShouldEnd(ExitCode.No).Error.ShouldContain($"Version 2 of session {id} of ana, event ");
    }

    Task<CliResult> Run(params string[] args) => RunOn(node.ConnectionString, args);
}
