using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

public sealed class SealerTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly SealOptions AtOnce = new() { RunLength = 4, Interval = TimeSpan.Zero };

    readonly RecordedLogs logs = new();
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.LogShouldBeReadable();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Once_a_run_is_full_all_that_waits_is_sealed_and_fewer_events_wait_for_their_time()
    {
        var patient = Runner(new SealOptions { RunLength = 4, Interval = TimeSpan.FromDays(1) });
        await patient.RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4, 2]);

        await node.Create();
        await node.LogShouldBeReadable();
        await patient.RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4, 2]);

        await Runner(AtOnce).RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4, 2, 1]);
    }

    [Fact]
    public async Task A_node_that_comes_too_late_for_a_run_seals_nothing_before_its_time()
    {
        await using var connection = await node.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var left = new LogStretch(1, await EventLog.ReadAfter(connection, LogPosition.Start, 3, CancellationToken.None));

        (await new Sealer(new SealOptions { RunLength = 4 }, key: null)
            .Write(left, new ReadModelTables(connection), CancellationToken.None)).ShouldBe(0);
        (await new Sealer(AtOnce, key: null)
            .Write(left, new ReadModelTables(connection), CancellationToken.None)).ShouldBe(3);
    }

    [Theory]
    [InlineData("infinity", 1)]
    [InlineData("-infinity", 5)]
    [InlineData("20000-01-01", 10)]
    public async Task An_event_whose_time_was_damaged_is_sealed_as_it_is(string time, int position)
    {
        await node.Run($"""
            alter table event_store.events drop constraint events_time;
            update event_store.events set recorded_at = '{time}' where position = {position};
            """);

        await Runner(new SealOptions { RunLength = 11, Interval = TimeSpan.FromMinutes(1) }).RunOnce(CancellationToken.None);

        (await Counts()).ShouldBe([10]);
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

    [Theory]
    [InlineData("delete from event_store.seals; delete from read_models.checkpoints")]
    [InlineData("delete from event_store.seals where number = 3; delete from read_models.checkpoints")]
    [InlineData("update event_store.seals set hash = decode(repeat('00', 32), 'hex') where number = 3")]
    public async Task A_node_that_has_sealed_does_not_go_on_from_seals_that_are_not_those_it_knows(string forgery)
    {
        var runner = new ProjectionRunner(
            node.Database, [new Sealer(AtOnce, key: null)], logs.For<ProjectionRunner>());
        await runner.RunOnce(CancellationToken.None);
        await node.Run("update event_store.events set owner = 'mallory' where position = 2; " + forgery);
        await node.Create();
        await node.LogShouldBeReadable();
        var left = await node.Ask<long>("select count(*) from event_store.seals");

        await runner.RunOnce(CancellationToken.None);

        (await node.Ask<long>("select count(*) from event_store.seals")).ShouldBe(left);
        logs.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("Seal 3");
    }

    [Theory]
    [InlineData("update event_store.seals set signature = null, signed_by = null where number = 3", "not signed")]
    [InlineData("update event_store.seals set signature = (select signature from event_store.seals where number = 2) where number = 3", "has not")]
    public async Task No_node_signs_behind_a_seal_that_is_not_signed_as_those_before_it(string forgery, string says)
    {
        using var key = RecordSentences.NewKey();
        await node.Seal(key: key);
        await node.Run(forgery);

        (await SealMore(key)).ShouldContain(says);
    }

    [Fact]
    public async Task A_node_without_a_key_does_not_go_on_from_signed_seals()
    {
        using var key = RecordSentences.NewKey();
        await node.Seal(key: key);

        (await SealMore(key: null)).ShouldContain("Seals:SigningKey");
    }

    [Fact]
    public async Task Another_key_goes_on_from_signed_seals()
    {
        using var key = RecordSentences.NewKey();
        using var next = RecordSentences.NewKey();
        await node.Seal(key: key);
        await node.Create();

        await node.Seal(key: next);

        (await Counts()).ShouldBe([4, 4, 2, 1]);
        using var trusted = PublicKeys.Load(key.PublicKey + "\n" + next.PublicKey);
        (await node.VerifySeals(trusted)).Found.ShouldBeEmpty();
    }

    /// <summary>The error with which a newly started node does not seal the next event.</summary>
    async Task<string> SealMore(SealKey? key)
    {
        await node.Create();
        await node.LogShouldBeReadable();
        var runner = new ProjectionRunner(node.Database, [new Sealer(AtOnce, key)], logs.For<ProjectionRunner>());
        await runner.RunOnce(CancellationToken.None);
        (await Counts()).ShouldBe([4, 4, 2]);
        return logs.Of(LogLevel.Error).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Seals_whose_transaction_failed_are_not_missed()
    {
        var runner = new ProjectionRunner(
            node.Database, [new Sealer(AtOnce, key: null), new Failing()], logs.For<ProjectionRunner>());

        await runner.RunOnce(CancellationToken.None);
        await node.Create();
        await node.LogShouldBeReadable();
        await runner.RunOnce(CancellationToken.None);

        (await Counts()).ShouldBe([4, 4, 2, 1]);
        logs.Of(LogLevel.Error).ShouldAllBe(line => line.StartsWith("failing"));
    }

    ProjectionRunner Runner(SealOptions options) =>
        new(node.Database, [new Sealer(options, key: null)], NullLogger<ProjectionRunner>.Instance);

    Task<int[]> Counts() => node.Ask<int[]>("select array_agg(count order by number) from event_store.seals");

    sealed class Failing : ILogFollower
    {
        public string Name => "failing";

        public Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation) =>
            throw new InvalidOperationException("It fails.");
    }
}
