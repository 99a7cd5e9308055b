using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Projections.Following;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

/// <summary>
/// Followers of the log, each of which records what it is given. Open transactions of other tests on the same cluster
/// hold the followers back as well, so each test runs them until they have the expected events.
/// </summary>
public sealed class ProjectionRunnerTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_follower_gets_every_event_once_in_the_log_s_order_numbered_from_one()
    {
        var notes = await node.Notes("all");
        for (var i = 0; i < 5; i++)
            await node.Send(await node.Create(), new KeepAlive(i));
        await node.LeadUntil(10, notes);
        await node.Create();
        await node.LeadUntil(11, notes);

        await node.ShouldHaveTheLog("all");
    }

    [Fact]
    public async Task What_commits_late_is_not_skipped()
    {
        var notes = await node.Notes("late");
        await using (var slow = await OpenTransaction.Begin(node.ConnectionString))
        {
            await slow.Run("select pg_current_xact_id()");
            await node.Create();
            var runner = node.Runner(notes);
            await runner.RunOnce(CancellationToken.None);
            (await node.Ask<long>("select count(*) from notes_late")).ShouldBe(0);
            var lag = (await runner.Look(CancellationToken.None)).ShouldHaveSingleItem();
            (lag.EventsBehind, lag.IsReadable).ShouldBe((1, false));
            lag.Behind.ShouldBeGreaterThan(TimeSpan.Zero);

            await slow.Run($$"""
                insert into event_store.events
                    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
                values (now(), gen_random_uuid(), 'ana', 1, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}')
                """);
            await slow.Commit();
        }

        await node.LeadUntil(2, notes);

        await node.ShouldHaveTheLog("late");
        (await node.Ask<string>("select type from notes_late join event_store.events using (position) where number = 1"))
            .ShouldBe("session_canceled");
    }

    [Fact]
    public async Task Two_nodes_that_follow_at_the_same_time_write_nothing_twice()
    {
        var notes = await node.Notes("shared");
        await using var other = new Node(node.ConnectionString);
        var runners = new[] { node.Runner(notes), new ProjectionRunner(other.Database, [notes], NullLogger<ProjectionRunner>.Instance) };
        for (var round = 0; round < 20; round++)
        {
            await node.Create();
            await Task.WhenAll(runners.Select(runner => runner.RunOnce(CancellationToken.None)));
        }

        await node.LeadUntil(20, notes);

        await node.ShouldHaveTheLog("shared");
    }

    [Fact]
    public async Task While_one_node_leads_a_follower_another_leaves_it_alone()
    {
        var notes = await node.Notes("held");
        await node.Create();
        await node.LeadUntil(1, notes);
        await node.Create();
        await node.LogShouldBeReadable();
        await using (var leader = await OpenTransaction.Begin(node.ConnectionString))
        {
            await leader.Run("select from read_models.checkpoints where follower = 'held' for update");
            await node.Runner(notes).RunOnce(CancellationToken.None);
            (await node.Ask<long>("select count(*) from notes_held")).ShouldBe(1);
        }

        await node.LeadUntil(2, notes);
    }

    [Fact]
    public async Task A_pass_that_breaks_off_leaves_neither_rows_nor_a_checkpoint_and_comes_again()
    {
        var notes = await node.Notes("broken");
        await node.Create();
        notes.Last = (_, _) => throw new InvalidOperationException("The power went.");
        var runner = node.Runner(notes);
        await node.LogShouldBeReadable();

        (await runner.RunOnce(CancellationToken.None)).ShouldBeFalse();
        (await node.Ask<long>("select count(*) from notes_broken")).ShouldBe(0);
        (await node.Ask<long>("select coalesce(sum(events), 0)::bigint from read_models.checkpoints")).ShouldBe(0);

        notes.Last = null;
        await node.LeadUntil(1, notes);
        await node.ShouldHaveTheLog("broken");
    }

    [Fact]
    public async Task An_event_that_is_removed_between_two_followers_costs_neither_of_them_another()
    {
        var (ahead, behind) = (await node.Notes("ahead"), await node.Notes("behind"));
        await node.Create();
        await node.LeadUntil(1, ahead, behind);
        await node.Create();
        await node.LeadUntil(2, ahead);
        await node.Run("delete from event_store.events where position = (select max(position) from event_store.events)");
        var last = await node.Create();

        await node.LeadUntil(3, ahead, behind);
        await node.LeadUntil(2, behind);

        var position = await node.Ask<long>($"select position from event_store.events {last.Where()}");
        (await node.Ask<long>($"select number from notes_ahead where position = {position}")).ShouldBe(3);
        (await node.Ask<long>($"select number from notes_behind where position = {position}")).ShouldBe(2);
    }

    [Fact]
    public async Task A_follower_that_fails_harms_no_other()
    {
        var (healthy, ill) = (await node.Notes("healthy"), await node.Notes("ill"));
        ill.Last = (connection, _) => Note.Execute(connection, "select 1 / 0");
        await node.Create();

        await node.LeadUntil(1, healthy, ill);

        await node.ShouldHaveTheLog("healthy");
        (await node.Ask<long>("select count(*) from notes_ill")).ShouldBe(0);
        ill.Last = null;
        await node.Create();
        await node.LeadUntil(2, ill, healthy);
        await node.ShouldHaveTheLog("ill");
        await node.ShouldHaveTheLog("healthy");
    }

    [Fact]
    public async Task Those_who_stand_near_each_other_share_a_reading()
    {
        var (first, second) = (await node.Notes("first"), await node.Notes("second"));
        await node.Create();
        await node.LeadUntil(1, first);
        await node.Create();

        await node.LeadUntil(2, second, first);

        await node.ShouldHaveTheLog("first");
        await node.ShouldHaveTheLog("second");
        first.Stretches[^1].Events[0].ShouldBeSameAs(second.Stretches[^1].Events[^1]);
    }

    [Fact]
    public async Task Who_is_up_to_date_is_not_behind()
    {
        var notes = await node.Notes("idle");
        await node.Create();
        await node.LeadUntil(1, notes);

        var lag = (await node.Runner(notes).Look(CancellationToken.None)).ShouldHaveSingleItem();

        (lag.EventsBehind, lag.Behind, lag.IsReadable, lag.Reached.Events).ShouldBe((0, TimeSpan.Zero, false, 1));
    }
}
