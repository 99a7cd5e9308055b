using Sessions.Projections.Rebuilding;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Projections;

/// <summary>Read models rebuilt beside the live ones.</summary>
public sealed class RebuildTests(TestPostgres postgres) : IAsyncLifetime
{
    RebuiltStore store = null!;

    public async ValueTask InitializeAsync() => store = await RebuiltStore.Begin(postgres);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task A_rebuilt_model_is_the_live_one_with_its_keys_and_indexes_and_goes_on(string model)
    {
        var (rows, indexes) = (await store.Rows(model), await store.Indexes());

        var report = await store.Rebuild(model);

        report.Differences.ShouldBe(RebuildDifferences.None);
        (await store.Rows(model)).ShouldBe(rows);
        (await store.Indexes()).ShouldBe(indexes);
        await store.Node.LiveAtRandom(seed: 12, steps: 20);
        await store.Node.Follow();
        (await store.Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await store.Node.ShouldBeSound();
    }

    /// <summary>
    /// Autovacuum would summarize each range of a large table, and PostgreSQL would log a line for each request that
    /// its queue has no room for.
    /// </summary>
    [Fact]
    public async Task While_a_model_is_filled_nobody_is_asked_to_sum_its_ranges_up()
    {
        const string Asking = "select count(*) from pg_class where relname = 'audit_trail_ranges' and 'autosummarize=on' = any (reloptions)";
        (await store.Node.Ask<long>(Asking)).ShouldBe(1);

        await Should.ThrowAsync<InvalidOperationException>(
            () => new Rebuild(store.CommandLine, ReadModel.All["audit-trail"], new Crash("indexes")).Run(CancellationToken.None));

        (await store.Node.Ask<long>("select count(*) from pg_class where relname = 'audit_trail_ranges'")).ShouldBe(2);
        (await store.Node.Ask<long>(Asking)).ShouldBe(1);
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
        var rows = await store.Rows(model);
        await store.Node.Run(string.Format(null, drift, "read_models." + ReadModel.All[model].Table));

        var told = (await store.Rebuild(model)).Differences!;

        (told.Missing, told.Unfounded).ShouldBe((missing, unfounded));
        told.Different.ShouldBeGreaterThanOrEqualTo(different);
        told.First.ShouldNotBeNull();
        (await store.Rows(model)).ShouldBe(rows);
    }

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task A_rebuild_that_breaks_off_leaves_the_live_one_and_is_begun_anew(string model)
    {
        var rows = await store.Rows(model);
        foreach (var step in new[] { "reading the log", "indexes", "comparing", "swapping" })
        {
            await Should.ThrowAsync<InvalidOperationException>(() => new Rebuild(store.CommandLine, ReadModel.All[model], new Crash(step))
                .Run(CancellationToken.None));
            (await store.Rows(model)).ShouldBe(rows, step);
        }

        (await store.Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        (await store.Rows(model)).ShouldBe(rows);
    }

    [Theory]
    [InlineData("data = '[]'")]
    [InlineData("type = 'session_imagined'")]
    [InlineData("metadata = '[]'")]
    public async Task A_trail_that_knows_more_of_a_session_than_the_log_is_left_as_it_is(string damage)
    {
        await store.Node.Run($"update event_store.events set {damage} where position = (select min(position) from event_store.events)");
        var rows = await store.Rows("audit-trail");

        await Should.ThrowAsync<UnreadableEventException>(() => store.Rebuild("audit-trail"));

        (await store.Rows("audit-trail")).ShouldBe(rows);
    }

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task Whoever_may_read_a_model_may_read_it_afterwards_and_it_has_the_owner_that_it_had(string model)
    {
        var table = "read_models." + ReadModel.All[model].Table;
        var (reader, owner) = ($"reader_{Guid.CreateVersion7():N}", $"owner_{Guid.CreateVersion7():N}");
        await store.Node.Run($"""
            create role {reader};
            create role {owner};
            grant usage, create on schema read_models to {owner};
            grant usage on schema read_models to {reader};
            grant select on {table} to {reader};
            alter table {table} owner to {owner}
            """);
        try
        {
            await store.Rebuild(model);

            await store.Node.Run($"set role {reader}; select from {table} limit 1; reset role");
            (await store.Node.Ask<string>($"select pg_get_userbyid(relowner)::text from pg_class where oid = '{table}'::regclass")).ShouldBe(owner);
        }
        finally
        {
            await store.Node.Run($"drop owned by {reader}; drop role {reader}; reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}");
        }
    }

    [Fact]
    public async Task A_model_that_was_never_written_is_filled_and_compared_with_nothing()
    {
        await store.Node.Run("truncate read_models.audit_trail; delete from read_models.checkpoints where follower = 'audit-trail'");

        var report = await store.Rebuild("audit-trail");

        report.Differences.ShouldBeNull();
        await store.Node.Follow();
        (await store.Node.Ask<long>("select count(*) from read_models.audit_trail"))
            .ShouldBe(await store.Node.Ask<long>("select count(*) from event_store.events"));
    }

    [Fact]
    public async Task Where_the_end_of_the_log_was_cut_off_a_rebuild_ends_and_says_so()
    {
        await store.Node.Run("delete from event_store.events where position > 50");

        await Should.ThrowAsync<RebuildException>(() => store.Rebuild("audit-trail").WaitAsync(StoreSentences.Patience));
    }

    [Fact]
    public async Task A_follower_that_stood_still_comes_up_to_the_rebuilt_one_before_they_are_compared()
    {
        await store.Node.LiveAtRandom(seed: 13, steps: 30);

        (await store.Rebuild("audit-trail")).Differences.ShouldBe(RebuildDifferences.None);
        (await store.Rebuild("activity")).Differences.ShouldBe(RebuildDifferences.None);

        await store.Node.Follow();
        (await store.Rebuild("activity")).Differences.ShouldBe(RebuildDifferences.None);
    }

    /// <summary>Fails at this step.</summary>
    sealed class Crash(string step) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
            if (value.Step == step)
                throw new InvalidOperationException("The power went.");
        }
    }
}
