using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

public sealed class SealerTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.LogShouldBeReadable();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_full_run_is_sealed_at_once_and_the_rest_waits_until_its_time_has_come()
    {
        var patient = Runner(new SealOptions { RunLength = 4, Interval = TimeSpan.FromDays(1) });
        await patient.RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4]);

        await patient.RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4]);

        await Runner(new SealOptions { RunLength = 4, Interval = TimeSpan.Zero }).RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4, 2]);
    }

    [Fact]
    public async Task A_quiet_log_gets_no_more_seals()
    {
        await node.Seal();
        await node.Seal();

        (await Counts()).ShouldBe([4, 4, 2]);
    }

    [Fact]
    public async Task Nodes_that_seal_at_the_same_time_make_one_chain_without_gaps()
    {
        await using var other = new Node(node.ConnectionString);
        for (var round = 0; round < 5; round++)
        {
            await node.LiveALittle();
            await Task.WhenAll(node.Seal(runLength: 3), other.Seal(runLength: 3));
        }

        var (report, found) = await node.VerifySeals();

        found.ShouldBeEmpty();
        (report.Events, report.Unsealed).ShouldBe((60, 0));
        (await node.Ask<long>("select max(number) from event_store.seals")).ShouldBe(await node.Ask<long>("select count(*) from event_store.seals"));
    }

    [Fact]
    public async Task A_checkpoint_that_was_lost_begins_no_second_chain()
    {
        await node.Seal();
        await node.Run("delete from read_models.checkpoints");
        await node.Create();

        await node.Seal();

        (await Counts()).ShouldBe([4, 4, 2, 1]);
        (await node.VerifySeals()).Found.ShouldBeEmpty();
    }

    ProjectionRunner Runner(SealOptions options) =>
        new(node.Database, [new Sealer(options, key: null)], NullLogger<ProjectionRunner>.Instance);

    Task<int[]> Counts() => node.Ask<int[]>("select array_agg(count order by number) from event_store.seals");
}
