using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Projections.Following;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

/// <summary>
/// Followers of the log, each of which writes down what it is given. Open transactions of other tests on
/// the same cluster hold them back as well, so they are led until they have what must come.
/// </summary>
public sealed class ProjectionRunnerTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_follower_gets_every_event_once_in_the_log_s_order_numbered_from_one()
    {
        var notes = await Notes("all");
        for (var i = 0; i < 5; i++)
            await node.Send(await node.Create(), new KeepAlive(i));
        await Follow(10, notes);
        await node.Create();
        await Follow(11, notes);

        await ShouldHaveTheLog("all");
    }

    [Fact]
    public async Task What_commits_late_is_not_skipped()
    {
        var notes = await Notes("late");
        await using (var slow = await OpenTransaction.Begin(node.ConnectionString))
        {
            await slow.Run("select pg_current_xact_id()");
            await node.Create();
            var runner = Runner(notes);
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

        await Follow(2, notes);

        await ShouldHaveTheLog("late");
        (await node.Ask<string>("select type from notes_late join event_store.events using (position) where number = 1"))
            .ShouldBe("session_canceled");
    }

    [Fact]
    public async Task Two_nodes_that_follow_at_the_same_time_write_nothing_twice()
    {
        var notes = await Notes("shared");
        await using var other = new Node(node.ConnectionString);
        var runners = new[] { Runner(notes), new ProjectionRunner(other.Database, [notes], NullLogger<ProjectionRunner>.Instance) };
        for (var round = 0; round < 20; round++)
        {
            await node.Create();
            await Task.WhenAll(runners.Select(runner => runner.RunOnce(CancellationToken.None)));
        }

        await Follow(20, notes);

        await ShouldHaveTheLog("shared");
    }

    [Fact]
    public async Task While_one_node_leads_a_follower_another_leaves_it_alone()
    {
        var notes = await Notes("held");
        await node.Create();
        await Follow(1, notes);
        await node.Create();
        await node.LogShouldBeReadable();
        await using (var leader = await OpenTransaction.Begin(node.ConnectionString))
        {
            await leader.Run("select from read_models.checkpoints where follower = 'held' for update");
            await Runner(notes).RunOnce(CancellationToken.None);
            (await node.Ask<long>("select count(*) from notes_held")).ShouldBe(1);
        }

        await Follow(2, notes);
    }

    [Fact]
    public async Task A_pass_that_breaks_off_leaves_neither_rows_nor_a_checkpoint_and_comes_again()
    {
        var notes = await Notes("broken");
        await node.Create();
        notes.Last = (_, _) => throw new InvalidOperationException("The power went.");
        var runner = Runner(notes);
        await node.LogShouldBeReadable();

        (await runner.RunOnce(CancellationToken.None)).ShouldBeFalse();
        (await node.Ask<long>("select count(*) from notes_broken")).ShouldBe(0);
        (await node.Ask<long>("select coalesce(sum(events), 0)::bigint from read_models.checkpoints")).ShouldBe(0);

        notes.Last = null;
        await Follow(1, notes);
        await ShouldHaveTheLog("broken");
    }

    [Fact]
    public async Task An_event_that_is_removed_between_two_followers_costs_neither_of_them_another()
    {
        var (ahead, behind) = (await Notes("ahead"), await Notes("behind"));
        await node.Create();
        await Follow(1, ahead, behind);
        await node.Create();
        await Follow(2, ahead);
        await node.Run("delete from event_store.events where position = (select max(position) from event_store.events)");
        var last = await node.Create();

        await Follow(3, ahead, behind);
        await Follow(2, behind);

        var position = await node.Ask<long>($"select position from event_store.events {last.Where()}");
        (await node.Ask<long>($"select number from notes_ahead where position = {position}")).ShouldBe(3);
        (await node.Ask<long>($"select number from notes_behind where position = {position}")).ShouldBe(2);
    }

    [Fact]
    public async Task A_follower_that_fails_harms_no_other()
    {
        var (healthy, ill) = (await Notes("healthy"), await Notes("ill"));
        ill.Last = (connection, _) => Execute(connection, "select 1 / 0");
        await node.Create();

        await Follow(1, healthy, ill);

        await ShouldHaveTheLog("healthy");
        (await node.Ask<long>("select count(*) from notes_ill")).ShouldBe(0);
        ill.Last = null;
        await node.Create();
        await Follow(2, ill, healthy);
        await ShouldHaveTheLog("ill");
        await ShouldHaveTheLog("healthy");
    }

    [Fact]
    public async Task Those_who_stand_near_each_other_share_a_reading()
    {
        var (first, second) = (await Notes("first"), await Notes("second"));
        await node.Create();
        await Follow(1, first);
        await node.Create();

        await Follow(2, second, first);

        await ShouldHaveTheLog("first");
        await ShouldHaveTheLog("second");
        first.Stretches[^1].Events[0].ShouldBeSameAs(second.Stretches[^1].Events[^1]);
    }

    [Fact]
    public async Task What_a_follower_leaves_comes_again()
    {
        var notes = await Notes("slow");
        for (var i = 0; i < 3; i++)
            await node.Create();
        notes.Portion = 2;
        var runner = Runner(notes);
        await StoreSentences.Until(async () =>
        {
            await runner.RunOnce(CancellationToken.None);
            return await node.Ask<long>("select count(*) from notes_slow") > 0;
        });
        (await node.Ask<long>("select events from read_models.checkpoints where follower = 'slow'"))
            .ShouldBe(await node.Ask<long>("select count(*) from notes_slow"));

        await Follow(3, notes);

        await ShouldHaveTheLog("slow");
    }

    [Fact]
    public async Task Who_is_up_to_date_is_not_behind()
    {
        var notes = await Notes("idle");
        await node.Create();
        await Follow(1, notes);

        var lag = (await Runner(notes).Look(CancellationToken.None)).ShouldHaveSingleItem();

        (lag.EventsBehind, lag.Behind, lag.IsReadable, lag.Reached.Events).ShouldBe((0, TimeSpan.Zero, false, 1));
    }

    ProjectionRunner Runner(params ILogFollower[] followers) =>
        new(node.Database, followers, NullLogger<ProjectionRunner>.Instance);

    /// <summary>Leads until the first of them has so many events.</summary>
    async Task Follow(long events, params Note[] followers)
    {
        var runner = Runner(followers);
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (await node.Ask<long>($"select count(*) from notes_{followers[0].Name}") < events)
        {
            if (!await runner.RunOnce(patience.Token))
                await node.Run("select pg_sleep(0.005)");
        }
    }

    async Task ShouldHaveTheLog(string follower)
    {
        (await node.Ask<long>($"""
            select count(*)
            from notes_{follower} as note
            full join (select position, row_number() over (order by epoch, transaction_id, position) as number
                       from event_store.events) as event using (number, position)
            where note.position is null or event.position is null
            """)).ShouldBe(0);
        (await node.Ask<long>($"select events from read_models.checkpoints where follower = '{follower}'"))
            .ShouldBe(await node.Ask<long>("select count(*) from event_store.events"));
    }

    async Task<Note> Notes(string name)
    {
        await node.Run($"create table notes_{name} (number bigint primary key, position bigint)");
        return new Note(name);
    }

    static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A follower that writes down the numbers and positions that it is given.</summary>
    sealed class Note(string name) : ILogFollower
    {
        public string Name => name;

        public int Portion { get; set; } = int.MaxValue;

        public Func<NpgsqlConnection, LogStretch, Task>? Last { get; set; }

        public List<LogStretch> Stretches { get; } = [];

        public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
        {
            Stretches.Add(stretch);
            var count = Math.Min(Portion, stretch.Events.Count);
            for (var i = 0; i < count; i++)
                await Execute(tables.Connection,
                    $"insert into notes_{name} values ({stretch.First + i}, {stretch.Events[i].Position.Number})");
            if (Last is not null)
                await Last(tables.Connection, stretch);
            return count;
        }
    }
}
