using Microsoft.Extensions.Logging;
using Sessions.Domain;
using Sessions.Projections.Drift;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

public sealed class DriftWatchTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly DriftWatchOptions Always = new() { Interval = TimeSpan.Zero, SampleSize = 3 };

    readonly RecordedLogs logs = new();
    readonly List<SessionAddress> addresses = [];
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        for (var i = 0; i < 10; i++)
            addresses.Add(await node.Create());
        // The order in which the watch walks; ids of the same millisecond need not be in the order of their creation.
        addresses.Sort((one, other) => one.Id.Value.CompareTo(other.Id.Value));
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task It_walks_round_all_sessions()
    {
        var watch = Watch(Always);
        for (var turn = 0; turn < 4; turn++)
            (await watch.RunOnce(CancellationToken.None)).ShouldBeTrue();

        var report = await DriftWatch.Look(node.Database, CancellationToken.None);

        (report.Rounds, report.Sessions, report.Findings).ShouldBe((1, 10, 0));
        report.CheckedAt.ShouldNotBeNull();
    }

    /// <summary>The error of a reader may quote text that PostgreSQL cannot store.</summary>
    [Theory]
    [InlineData("update event_store.streams set snapshot = '{\"files\":{\"\\u0000\":5}}'")]
    [InlineData("update event_store.events set data = '{\"item\":{\"itemId\":5,\"contentVersion\":\"\\u0000\"}}'")]
    [InlineData("update event_store.events set recorded_at = '8999-12-31'")]
    public async Task Whatever_it_meets_it_finds_and_goes_on(string damage)
    {
        await node.Run(damage);
        var watch = Watch(Always);
        for (var turn = 0; turn < 4; turn++)
            (await watch.RunOnce(CancellationToken.None)).ShouldBeTrue();

        var report = await DriftWatch.Look(node.Database, CancellationToken.None);

        (report.Rounds, report.Findings).ShouldBe((1, 10));
    }

    [Fact]
    public async Task One_that_never_came_round_is_silent_for_as_long_as_the_store_is_there()
    {
        var watch = Watch(Always);
        watch.IsSilent(await DriftWatch.Look(node.Database, CancellationToken.None)).ShouldBeFalse();

        await node.Run("update event_store.epochs set began_at = now() - interval '1 hour'");
        watch.IsSilent(await DriftWatch.Look(node.Database, CancellationToken.None)).ShouldBeTrue();

        await watch.RunOnce(CancellationToken.None);
        watch.IsSilent(await DriftWatch.Look(node.Database, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sessions_with_many_events_are_samples_of_their_own()
    {
        foreach (var busy in new[] { addresses[1], addresses[2] })
        {
            for (var i = 0; i < 5; i++)
                await node.Send(busy, new KeepAlive());
        }

        // Events in each turn: 1, 6 and 6, each of one session; then 3, 3 and 1, one of each session.
        var watch = Watch(Always with { SampleEvents = 3 });
        var visited = new List<long>();
        for (var turn = 0; turn < 6; turn++)
        {
            await watch.RunOnce(CancellationToken.None);
            visited.Add((await DriftWatch.Look(node.Database, CancellationToken.None)).Sessions);
        }

        visited.ShouldBe([1, 2, 3, 6, 9, 10]);
        (await DriftWatch.Look(node.Database, CancellationToken.None)).Rounds.ShouldBe(1);
    }

    [Fact]
    public async Task A_difference_anywhere_is_found_within_a_round_told_once_and_forgotten_when_it_is_mended()
    {
        await node.Run("delete from read_models.session_list where session_id = '" + addresses[7].Id + "'");
        var watch = Watch(Always);
        for (var turn = 0; turn < 8; turn++)
            await watch.RunOnce(CancellationToken.None);

        var report = await DriftWatch.Look(node.Database, CancellationToken.None);
        report.Findings.ShouldBe(1);
        var finding = report.Oldest.ShouldHaveSingleItem();
        (finding.Address, finding.Kind).ShouldBe((addresses[7], "List"));
        logs.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain($"Drift in session {addresses[7].Id}, List");

        await node.Run($"insert into read_models.session_list (session_id, item_id, owner) values ('{addresses[7].Id}', '{NodeSentences.Item.ItemId}', 'ana')");
        await watch.RunOnce(CancellationToken.None);
        (await DriftWatch.Look(node.Database, CancellationToken.None)).Findings.ShouldBe(0);
    }

    [Fact]
    public async Task A_row_of_the_list_that_belongs_to_no_session_is_found()
    {
        await node.Run("insert into read_models.session_list (session_id, item_id, owner) values (gen_random_uuid(), gen_random_uuid(), 'zed')");
        var watch = Watch(Always);
        for (var turn = 0; turn < 4; turn++)
            await watch.RunOnce(CancellationToken.None);

        (await DriftWatch.Look(node.Database, CancellationToken.None)).Oldest.ShouldHaveSingleItem().Address.Owner.ShouldBe("zed");
    }

    [Fact]
    public async Task Nodes_share_the_walk_and_take_one_turn_in_an_interval()
    {
        await using var other = new Node(node.ConnectionString);
        var patient = Always with { Interval = TimeSpan.FromDays(1) };
        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            new DriftWatch((i % 2 == 0 ? node : other).Database, patient, logs.For<DriftWatch>())
                .RunOnce(CancellationToken.None)));

        turns.Count(taken => taken).ShouldBe(1);
        (await DriftWatch.Look(node.Database, CancellationToken.None)).Sessions.ShouldBe(3);
    }

    [Fact]
    public async Task While_it_replays_nobody_who_follows_the_log_waits_for_it()
    {
        await using var other = await OpenTransaction.Begin(node.ConnectionString);
        await other.Run("lock table read_models.session_list in access exclusive mode");

        var turn = Watch(Always).RunOnce(CancellationToken.None);

        await node.UntilLocked();
        (await node.Ask<long>($"select count(backend_xid) from {StoreSentences.LockWaits}")).ShouldBe(0);
        await other.Commit();
        (await turn).ShouldBeTrue();
    }

    [Fact]
    public async Task Sessions_that_change_meanwhile_do_not_differ()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await node.Send(addresses[i % addresses.Count], new KeepAlive());
                await node.Send(await node.Create(), new Delete());
            }
        });
        var watch = Watch(Always with { SampleSize = 20 });
        for (var turn = 0; turn < 30; turn++)
            await watch.RunOnce(CancellationToken.None);
        await stop.CancelAsync();
        await writing;

        (await DriftWatch.Look(node.Database, CancellationToken.None)).Findings.ShouldBe(0);
    }

    DriftWatch Watch(DriftWatchOptions options) =>
        new(node.Database, options, logs.For<DriftWatch>());
}
