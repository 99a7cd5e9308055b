using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Projections.Status;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;

namespace Sessions.Tests.Record;

/// <summary>Checkpoints that were moved by hand: such a follower no longer follows, or has skipped events.</summary>
public sealed class CheckpointTests(TestPostgres postgres) : SealedLog(postgres)
{
    const string Checkpoints = "read_models.checkpoints";

    [Fact]
    public async Task A_checkpoint_that_a_follower_has_written_is_where_it_says()
    {
        (await Verify()).ShouldBeEmpty("nobody has followed");

        await Node.Follow();
        await Node.Seal();

        (await Verify()).ShouldBeEmpty();
        (await Lags()).ShouldAllBe(lag => !lag.IsAstray);
    }

    [Theory]
    [InlineData("audit-trail")]
    [InlineData("activity")]
    [InlineData("seals")]
    public async Task One_that_was_moved_ahead_of_the_log_is_named_and_the_store_is_not_whole(string follower)
    {
        await Node.Follow();
        await Node.Seal();
        await Node.Run($"update {Checkpoints} set transaction_id = '9000000000' where follower = '{follower}'");

        var difference = (await Verify()).ShouldHaveSingleItem();

        difference.Kind.ShouldBe(DifferenceKind.Checkpoint);
        difference.Says.ShouldStartWith($"The checkpoint of {follower} lies at event ");
        (await Lags()).Where(lag => lag.IsAstray).ShouldHaveSingleItem().Follower.ShouldBe(follower);
        StoreStatus.AreWhole([], await Lags(), deadLetters: 0, new(null, TimeSpan.Zero, 0, 0, 0, [])).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_skipped_within_the_log_is_named_by_the_trail_and_by_the_activity()
    {
        await Node.Follow();
        await Node.LiveALittle();
        await Node.LogShouldBeReadable();
        await Node.Run($"""
            update {Checkpoints}
            set (epoch, transaction_id, position) = (select epoch, transaction_id, position from event_store.events where position = 20)
            """);

        (await Verify()).ShouldBeEmpty("it is at an event");

        var found = new List<Difference>();
        await TrailVerification.Verify(Node.Database, found.Add, progress: null, CancellationToken.None);
        found.Select(one => one.Position).OfType<long>().ShouldBe(Enumerable.Range(11, 10).Select(number => (long)number));
        found.Clear();
        await ActivityVerification.Verify(Node.Database, found.Add, progress: null, CancellationToken.None);
        found.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task One_that_was_moved_is_mended_by_beginning_anew()
    {
        await Node.Follow();
        await Node.Seal();
        await Node.LiveALittle();
        await Node.LogShouldBeReadable();
        await Node.Run($"""
            update {Checkpoints} set transaction_id = '9000000000';
            delete from {Checkpoints};
            truncate read_models.audit_trail, read_models.activity
            """);

        await Node.Follow();
        await Node.Seal();

        var found = await Verify();
        await TrailVerification.Verify(Node.Database, found.Add, progress: null, CancellationToken.None);
        await ActivityVerification.Verify(Node.Database, found.Add, progress: null, CancellationToken.None);
        found.AddRange((await Node.VerifySeals()).Found);
        found.ShouldBeEmpty();
        (await Node.Ask<long>("select sum(count)::bigint from event_store.seals")).ShouldBe(20);
    }

    [Fact]
    public async Task Seals_that_end_before_their_checkpoint_are_named()
    {
        await Node.Seal();
        await Node.Run("delete from event_store.seals where number = 3");

        (await Verify()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => one.Kind.ShouldBe(DifferenceKind.Checkpoint),
            one => one.Says.ShouldContain("but the newest seal, 2, ends at event 8"));
    }

    async Task<List<Difference>> Verify()
    {
        var found = new List<Difference>();
        await CheckpointVerification.Verify(Node.Database, found.Add, CancellationToken.None);
        return found;
    }

    async Task<IReadOnlyList<FollowerLag>> Lags() => await new ProjectionRunner(
        Node.Database, [new Sessions.Projections.Audit.AuditTrail(), new Sessions.Projections.Audit.Activity(), new Sealer(new SealOptions(), key: null)],
        NullLogger<ProjectionRunner>.Instance).Look(CancellationToken.None);
}
