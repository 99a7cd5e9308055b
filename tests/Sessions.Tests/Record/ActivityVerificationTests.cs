using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;

namespace Sessions.Tests.Record;

public sealed class ActivityVerificationTests(TestPostgres postgres) : IAsyncLifetime
{
    const string Activity = "read_models.activity";

    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveAtRandom(seed: 3);
        // Spread the log over many minutes; a session's events stay in their order.
        await node.Run("update event_store.events set recorded_at = date_trunc('hour', recorded_at) + position * interval '10 seconds'");
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Each_minute_has_the_counts_of_its_events_as_far_as_they_were_followed()
    {
        await node.LiveALittle();

        var (followed, found) = await Verify();

        followed.ShouldBe(await node.Ask<long>("select events from read_models.checkpoints where follower = 'activity'"));
        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData($"update {Activity} set bytes = bytes + 1 where minute = (select min(minute) from {Activity})", "has counts that differ from its events")]
    [InlineData($"delete from {Activity} where minute = (select max(minute) from {Activity})", "has events, but no counts")]
    [InlineData($"insert into {Activity} values ('2020-01-01Z', 1, 0, 0, 0, 0, 0, 0, 0, 0)", "The minute 2020-01-01 00:00 of the activity has counts, but no events")]
    public async Task A_minute_that_was_tampered_with_is_named(string damage, string says)
    {
        await node.Run(damage);

        var difference = (await Verify()).Found.ShouldHaveSingleItem();

        difference.Kind.ShouldBe(DifferenceKind.Activity);
        difference.Says.ShouldContain(says);
    }

    async Task<(long Followed, List<Difference> Found)> Verify()
    {
        var found = new List<Difference>();
        return (await ActivityVerification.Verify(node.Database, found.Add, progress: null, CancellationToken.None), found);
    }
}
