using Npgsql;
using Sessions.Projections.Rebuilding;
using Sessions.Storage;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

/// <summary>
/// Read models made anew beside the live ones. Open transactions of other tests hold a rebuild back like all
/// who read the log: it then ends earlier in the log, and the followers go on from there.
/// </summary>
public sealed class RebuildTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    /// <summary>Whoever rebuilds is no server: the plans of his statements are other ones.</summary>
    NpgsqlDataSource commandLine = null!;

    public static TheoryData<string> Models => [.. ReadModel.All.Keys];

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        commandLine = Database.Open(node.ConnectionString);
        await node.LiveAtRandom(seed: 11, steps: 80);
        await node.Follow();
    }

    public async ValueTask DisposeAsync()
    {
        await commandLine.DisposeAsync();
        await node.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_rebuilt_model_is_the_live_one_with_its_keys_and_indexes_and_goes_on(string model)
    {
        var (rows, indexes) = (await Rows(model), await Indexes());

        var report = await Rebuild(model);

        report.Differences.ShouldBe(RebuildDifferences.None);
        (await Rows(model)).ShouldBe(rows);
        (await Indexes()).ShouldBe(indexes);
        await node.LiveAtRandom(seed: 12, steps: 20);
        await node.Follow();
        (await Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await node.ShouldBeSound();
    }

    /// <summary>Autovacuum would come for each range of a large table, and PostgreSQL's log have a line for each that must wait.</summary>
    [Fact]
    public async Task While_a_model_is_filled_nobody_is_asked_to_sum_its_ranges_up()
    {
        const string Asking = "select count(*) from pg_class where relname = 'audit_trail_ranges' and 'autosummarize=on' = any (reloptions)";
        (await node.Ask<long>(Asking)).ShouldBe(1);

        await Should.ThrowAsync<InvalidOperationException>(
            () => new Rebuild(commandLine, ReadModel.All["audit-trail"], new Crash("indexes")).Run(CancellationToken.None));

        (await node.Ask<long>("select count(*) from pg_class where relname = 'audit_trail_ranges'")).ShouldBe(2);
        (await node.Ask<long>(Asking)).ShouldBe(1);
    }

    [Theory]
    [InlineData("audit-trail", "update {0} set owner = 'mallory' where number = 3", 0, 0, 1)]
    [InlineData("audit-trail", "delete from {0} where number in (2, 5)", 2, 0, 0)]
    [InlineData("audit-trail", "insert into {0} (number, at, session, version, owner, type) values (1000000000, now(), gen_random_uuid(), 1, 'mallory', 'session_created')", 0, 1, 0)]
    [InlineData("activity", "update {0} set created = created + 1", 0, 0, 1)]
    [InlineData("activity", "insert into {0} values ('2020-01-01', 1, 0, 0, 0, 0, 0, 0, 0, 0)", 0, 1, 0)]
    [InlineData("session-list", "insert into {0} values (gen_random_uuid(), gen_random_uuid(), 'mallory')", 0, 1, 0)]
    [InlineData("session-list", "delete from {0} where (owner, session_id) = (select owner, session_id from {0} limit 1)", 1, 0, 0)]
    public async Task What_has_drifted_is_told_and_repaired(string model, string drift, long missing, long unfounded, long different)
    {
        var rows = await Rows(model);
        await node.Run(string.Format(null, drift, "read_models." + ReadModel.All[model].Table));

        var told = (await Rebuild(model)).Differences!;

        (told.Missing, told.Unfounded).ShouldBe((missing, unfounded));
        (told.Different >= different).ShouldBeTrue();
        told.First.ShouldNotBeNull();
        (await Rows(model)).ShouldBe(rows);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_rebuild_that_breaks_off_leaves_the_live_one_and_is_begun_anew(string model)
    {
        var rows = await Rows(model);
        foreach (var step in new[] { "reading the log", "indexes", "comparing", "swapping" })
        {
            await Should.ThrowAsync<InvalidOperationException>(() => new Rebuild(commandLine, ReadModel.All[model], new Crash(step))
                .Run(CancellationToken.None));
            (await Rows(model)).ShouldBe(rows, step);
        }

        (await Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        (await Rows(model)).ShouldBe(rows);
    }

    [Theory]
    [InlineData("data = '[]'")]
    [InlineData("type = 'session_imagined'")]
    [InlineData("metadata = '[]'")]
    public async Task A_trail_that_knows_more_of_a_session_than_the_log_is_left_as_it_is(string damage)
    {
        await node.Run($"update event_store.events set {damage} where position = (select min(position) from event_store.events)");
        var rows = await Rows("audit-trail");

        await Should.ThrowAsync<UnreadableEventException>(() => Rebuild("audit-trail"));

        (await Rows("audit-trail")).ShouldBe(rows);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task While_it_is_rebuilt_others_write_and_nothing_is_lost(string model)
    {
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(async writer =>
        {
            for (var round = 0; !stop.IsCancellationRequested; round++)
                await node.LiveAtRandom(seed: 100 * writer + round, steps: 5);
        }).ToArray();
        var followers = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await node.Runner().RunOnce(CancellationToken.None);
        });

        for (var i = 0; i < 3; i++)
            (await Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await stop.CancelAsync();
        await Task.WhenAll([.. writers, followers]);

        await node.Follow();
        (await Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await node.ShouldBeSound();
        (await node.Ask<long>("select count(*) from read_models.audit_trail"))
            .ShouldBe(await node.Ask<long>("select count(*) from event_store.events"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Somebody_who_reads_for_long_holds_up_a_rebuild_and_no_writer(string model)
    {
        await using (var reader = await OpenTransaction.Begin(node.ConnectionString))
        {
            var reading = new Reading(reader, ReadModel.All[model].Table, EndsWhenHeldUp: false);
            await Should.ThrowAsync<RebuildHeldUpException>(() => new Rebuild(commandLine, ReadModel.All[model], reading).Run(CancellationToken.None));

            (await node.Send(await node.Create(), new Delete())).ShouldBeAccepted();
        }

        await node.Follow();
        (await Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_swap_is_tried_again_once_a_reader_is_done(string model)
    {
        var rows = await Rows(model);
        await using var reader = await OpenTransaction.Begin(node.ConnectionString);
        var reading = new Reading(reader, ReadModel.All[model].Table, EndsWhenHeldUp: true);

        var report = await new Rebuild(commandLine, ReadModel.All[model], reading).Run(CancellationToken.None);

        report.Differences.ShouldBe(RebuildDifferences.None);
        (await Rows(model)).ShouldBe(rows);
    }

    [Fact]
    public async Task Two_do_not_rebuild_the_same_at_the_same_time()
    {
        await using var other = await OpenTransaction.Begin(node.ConnectionString);
        await other.Run("select pg_advisory_xact_lock(hashtextextended('rebuild activity', 9))");

        await Should.ThrowAsync<RebuildRunsException>(() => Rebuild("activity"));
        (await Rebuild("session-list")).Differences.ShouldBe(RebuildDifferences.None);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Whoever_may_read_a_model_may_read_it_afterwards_and_it_has_the_owner_that_it_had(string model)
    {
        var table = "read_models." + ReadModel.All[model].Table;
        var (reader, owner) = ($"reader_{Guid.CreateVersion7():N}", $"owner_{Guid.CreateVersion7():N}");
        await node.Run($"""
            create role {reader};
            create role {owner};
            grant usage, create on schema read_models to {owner};
            grant usage on schema read_models to {reader};
            grant select on {table} to {reader};
            alter table {table} owner to {owner}
            """);
        try
        {
            await Rebuild(model);

            await node.Run($"set role {reader}; select from {table} limit 1; reset role");
            (await node.Ask<string>($"select pg_get_userbyid(relowner)::text from pg_class where oid = '{table}'::regclass")).ShouldBe(owner);
        }
        finally
        {
            await node.Run($"drop owned by {reader}; drop role {reader}; reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}");
        }
    }

    [Fact]
    public async Task A_model_that_was_never_written_is_filled_and_compared_with_nothing()
    {
        await node.Run("truncate read_models.audit_trail; delete from read_models.checkpoints where follower = 'audit-trail'");

        var report = await Rebuild("audit-trail");

        report.Differences.ShouldBeNull();
        await node.Follow();
        (await node.Ask<long>("select count(*) from read_models.audit_trail"))
            .ShouldBe(await node.Ask<long>("select count(*) from event_store.events"));
    }

    [Fact]
    public async Task Where_the_end_of_the_log_was_cut_off_a_rebuild_ends_and_says_so()
    {
        await node.Run("delete from event_store.events where position > 50");

        await Should.ThrowAsync<RebuildException>(() => Rebuild("audit-trail").WaitAsync(StoreSentences.Patience));
    }

    [Fact]
    public async Task A_follower_that_stood_still_comes_up_to_the_rebuilt_one_before_they_are_compared()
    {
        await node.LiveAtRandom(seed: 13, steps: 30);

        (await Rebuild("audit-trail")).Differences.ShouldBe(RebuildDifferences.None);
        (await Rebuild("activity")).Differences.ShouldBe(RebuildDifferences.None);

        await node.Follow();
        (await Rebuild("activity")).Differences.ShouldBe(RebuildDifferences.None);
    }

    Task<RebuildReport> Rebuild(string model) => new Rebuild(commandLine, ReadModel.All[model]).Run(CancellationToken.None);

    Task<List<string>> Rows(string model) =>
        Texts($"select row::text from read_models.{ReadModel.All[model].Table} as row order by row::text");

    Task<List<string>> Indexes() =>
        Texts("select indexdef from pg_indexes where schemaname = 'read_models' order by indexname");

    async Task<List<string>> Texts(string query)
    {
        await using var command = node.Database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    /// <summary>Begins to read the live one when all but the swap is done, and perhaps ends when it is in the way.</summary>
    sealed record Reading(OpenTransaction Reader, string Table, bool EndsWhenHeldUp) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
            if (value.Step == "comparing")
                Reader.Run($"select from read_models.{Table} limit 1").GetAwaiter().GetResult();
            else if (value.Step == "held up" && EndsWhenHeldUp)
                Reader.Run("rollback").GetAwaiter().GetResult();
        }
    }

    /// <summary>Breaks off at a step.</summary>
    sealed class Crash(string step) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
            if (value.Step == step)
                throw new InvalidOperationException("The power went.");
        }
    }
}
