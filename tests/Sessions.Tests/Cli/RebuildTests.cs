using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using static Sessions.Domain.SessionCommand;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class RebuildTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.Create();
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData("audit-trail")]
    [InlineData("activity")]
    [InlineData("session-list")]
    public async Task A_model_that_was_whole_is_rebuilt_and_that_is_said(string model)
    {
        (await RunOn(node.ConnectionString, "rebuild", model)).ShouldEnd(ExitCode.Done)
            .Output.ShouldContain("The live one was the same.");
    }

    [Fact]
    public async Task One_that_had_drifted_is_mended_and_the_rebuild_ends_with_no()
    {
        await node.Run("update read_models.audit_trail set owner = 'mallory'");

        var told = (await RunOn(node.ConnectionString, "rebuild", "audit-trail", "--json")).ShouldEnd(ExitCode.No).Json.Single();

        told["different"]!.GetValue<long>().ShouldBe(1);
        (await RunOn(node.ConnectionString, "audit", "--owner", "ana", "--json")).Json.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("delete from event_store.events where version = 3", "version 3 is missing")]
    [InlineData("update event_store.events set type = 'session_exploded' where version = 3", "version 3 cannot be read")]
    public async Task A_session_whose_events_are_damaged_is_left_as_it_is_and_named_and_the_others_are_mended(string damage, string says)
    {
        var damaged = await node.Create("bo");
        for (var i = 0; i < 4; i++)
            await node.Send(damaged, new KeepAlive(i));
        await node.Run(damage);
        var row = await node.Ask<string>($"select streams::text from event_store.streams {damaged.Where()}");
        await node.Run("update event_store.streams set version = 7 where owner = 'ana'");

        var told = await RunOn(node.ConnectionString, "rebuild", "snapshots");

        told.ShouldEnd(ExitCode.No).Output.ShouldContain("1 sessions mended.");
        told.Output.ShouldContain(says);
        (await node.Ask<string>($"select streams::text from event_store.streams {damaged.Where()}")).ShouldBe(row);
        (await node.Ask<int>("select version from event_store.streams where owner = 'ana'")).ShouldBe(1);
        (await node.Send(damaged, new KeepAlive(50))).ShouldBeAccepted();
    }

    [Fact]
    public async Task One_that_another_rebuilds_is_left_to_him_and_that_is_said_in_one_line()
    {
        await using var other = await OpenTransaction.Begin(node.ConnectionString);
        await other.Run("select pg_advisory_xact_lock(hashtextextended('rebuild activity', 9))");

        (await RunOn(node.ConnectionString, "rebuild", "activity")).ShouldEnd(ExitCode.No)
            .Error.TrimEnd().ShouldBe("sessions: Another process is rebuilding activity; try again later.");
    }

    [Fact]
    public async Task Somebody_who_watches_sees_how_far_it_is()
    {
        var shown = await RunWithKeys([], "rebuild", "audit-trail", "--connection", node.ConnectionString);

        shown.ShouldEnd(ExitCode.Done).Error.ShouldContain("1 of 1");
    }
}
