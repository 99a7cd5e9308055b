using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class DeadLettersTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task They_are_listed_with_the_reason()
    {
        var address = await Dead();

        (await RunOn(node.ConnectionString, "dead-letters", "list")).ShouldEnd(ExitCode.Done).Output.ShouldContain("out of luck");
        var letter = (await RunOn(node.ConnectionString, "dead-letters", "list", "--json")).Json.ShouldHaveSingleItem();
        ((string)letter["session"]!, (string)letter["kind"]!, (int)letter["attempts"]!).ShouldBe((address.Id.ToString(), "expire", 8));
    }

    [Fact]
    public async Task One_that_is_retried_is_on_the_schedule_again()
    {
        var address = await Dead();

        (await RunOn(node.ConnectionString, "dead-letters", "retry", address.Id.ToString())).ShouldEnd(ExitCode.Done);

        (await node.Ask<long>($"select count(*) from event_store.scheduled_messages {address.Where()}")).ShouldBe(1);
        (await RunOn(node.ConnectionString, "dead-letters", "retry", address.Id.ToString())).ShouldEnd(ExitCode.No)
            .Output.ShouldContain("has no dead letter");
        await node.RulesShouldHold();
    }

    [Fact]
    public async Task One_whose_session_waits_for_something_else_by_now_is_gone_when_it_is_retried()
    {
        var address = await Stale();

        (await RunOn(node.ConnectionString, "dead-letters", "retry", address.Id.ToString())).ShouldEnd(ExitCode.Done)
            .Output.ShouldContain("is on the schedule");

        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        await node.RulesShouldHold();
    }

    [Fact]
    public async Task The_only_message_of_a_session_that_lives_is_not_dropped()
    {
        var only = await Dead();
        var taken = await Stale();

        var dropped = await RunOn(node.ConnectionString, "dead-letters", "drop", "--all");

        dropped.ShouldEnd(ExitCode.No).Output.ShouldContain($"{only.Id} stays");
        dropped.Output.ShouldContain($"{taken.Id} dropped");
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(1);
        await node.RulesShouldHold();
    }

    [Fact]
    public async Task Which_must_be_said()
    {
        (await RunOn(node.ConnectionString, "dead-letters", "retry")).ShouldEnd(ExitCode.Usage);
        (await RunOn(node.ConnectionString, "dead-letters", "retry", "99")).ShouldEnd(ExitCode.Usage).Error.ShouldContain("'99' is not an id");
        (await RunOn(node.ConnectionString, "dead-letters", "drop", "x")).ShouldEnd(ExitCode.Usage).Error.ShouldContain("'x' is not an id");
        (await RunOn(node.ConnectionString, "dead-letters", "list", "--limit", "-1")).ShouldEnd(ExitCode.Usage);
        (await RunOn(node.ConnectionString, "dead-letters", "drop", "--all", Guid.CreateVersion7().ToString())).ShouldEnd(ExitCode.Usage);
    }

    async Task<SessionAddress> Dead()
    {
        var address = await node.Create();
        await node.Run($"""
            with letter as (delete from event_store.scheduled_messages {address.Where()} returning *)
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            select stream_id, owner, kind, 8, 'out of luck' from letter
            """);
        return address;
    }

    /// <summary>A dead letter whose session has moved on: older servers left such letters behind.</summary>
    async Task<SessionAddress> Stale()
    {
        var address = await node.Create();
        await node.Send(address, new SessionCommand.Cancel());
        await node.Run($"""
            insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
            values ('{address.Id}', '{address.Owner}', 'expire', 8, 'out of luck')
            """);
        return address;
    }
}
