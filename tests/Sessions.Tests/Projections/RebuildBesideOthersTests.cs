using Sessions.Projections.Rebuilding;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

/// <summary>A rebuild while others write, read, and rebuild.</summary>
public sealed class RebuildBesideOthersTests(TestPostgres postgres) : IAsyncLifetime
{
    RebuiltStore store = null!;

    public async ValueTask InitializeAsync() => store = await RebuiltStore.Begin(postgres);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task While_it_is_rebuilt_others_write_and_nothing_is_lost(string model)
    {
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(async writer =>
        {
            for (var round = 0; !stop.IsCancellationRequested; round++)
                await store.Node.LiveAtRandom(seed: 100 * writer + round, steps: 5);
        }).ToArray();
        var followers = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await store.Node.Runner().RunOnce(CancellationToken.None);
        });

        for (var i = 0; i < 3; i++)
            (await store.Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await stop.CancelAsync();
        await Task.WhenAll([.. writers, followers]);

        await store.Node.Follow();
        (await store.Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
        await store.Node.ShouldBeSound();
        (await store.Node.Ask<long>("select count(*) from read_models.audit_trail"))
            .ShouldBe(await store.Node.Ask<long>("select count(*) from event_store.events"));
    }

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task Somebody_who_reads_for_long_holds_up_a_rebuild_and_no_writer(string model)
    {
        await using (var reader = await OpenTransaction.Begin(store.Node.ConnectionString))
        {
            var reading = new Reading(reader, ReadModel.All[model].Table, EndsWhenHeldUp: false);
            await Should.ThrowAsync<RebuildHeldUpException>(() => new Rebuild(store.CommandLine, ReadModel.All[model], reading).Run(CancellationToken.None));

            (await store.Node.Send(await store.Node.Create(), new Delete())).ShouldBeAccepted();
        }

        await store.Node.Follow();
        (await store.Rebuild(model)).Differences.ShouldBe(RebuildDifferences.None);
    }

    [Theory]
    [MemberData(nameof(RebuiltStore.Models), MemberType = typeof(RebuiltStore))]
    public async Task A_swap_is_tried_again_once_a_reader_is_done(string model)
    {
        var rows = await store.Rows(model);
        await using var reader = await OpenTransaction.Begin(store.Node.ConnectionString);
        var reading = new Reading(reader, ReadModel.All[model].Table, EndsWhenHeldUp: true);

        var report = await new Rebuild(store.CommandLine, ReadModel.All[model], reading).Run(CancellationToken.None);

        report.Differences.ShouldBe(RebuildDifferences.None);
        (await store.Rows(model)).ShouldBe(rows);
    }

    [Fact]
    public async Task Two_do_not_rebuild_the_same_at_the_same_time()
    {
        await using var other = await OpenTransaction.Begin(store.Node.ConnectionString);
        await other.Run("select pg_advisory_xact_lock(hashtextextended('rebuild activity', 9))");

        await Should.ThrowAsync<RebuildRunsException>(() => store.Rebuild("activity"));
        (await store.Rebuild("session-list")).Differences.ShouldBe(RebuildDifferences.None);
    }

    /// <summary>
    /// Begins to read the live table before the swap, and may end its transaction once it holds up the swap.
    /// </summary>
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
}
