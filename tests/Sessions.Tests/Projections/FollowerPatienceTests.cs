using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;

namespace Sessions.Tests.Projections;

/// <summary>Followers that do not take every event as soon as it is there.</summary>
public sealed class FollowerPatienceTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task What_a_follower_leaves_comes_again()
    {
        var notes = await node.Notes("slow");
        for (var i = 0; i < 3; i++)
            await node.Create();
        notes.Most = 2;
        var runner = node.Runner(notes);
        await StoreSentences.Until(async () =>
        {
            await runner.RunOnce(CancellationToken.None);
            return await node.Ask<long>("select count(*) from notes_slow") > 0;
        });
        (await node.Ask<long>("select events from read_models.checkpoints where follower = 'slow'"))
            .ShouldBe(await node.Ask<long>("select count(*) from notes_slow"));

        await node.LeadUntil(3, notes);

        await node.ShouldHaveTheLog("slow");
    }

    [Fact]
    public async Task Who_waits_for_a_portion_is_given_less_only_once_its_patience_is_over()
    {
        var (other, notes) = (await node.Notes("other"), await node.Notes("portions"));
        (notes.Portion, notes.Patience) = (3, TimeSpan.FromDays(1));
        for (var i = 1; i <= 2; i++)
        {
            await node.Create();
            await node.LeadUntil(i, other, notes);
        }

        notes.Stretches.ShouldBeEmpty();
        await node.Create();
        await node.LogShouldBeReadable();
        await node.LeadUntil(3, notes);
        notes.Stretches.ShouldHaveSingleItem().Events.Count.ShouldBe(3);

        await node.Create();
        notes.Patience = TimeSpan.Zero;
        await node.LeadUntil(4, notes);
        await node.ShouldHaveTheLog("portions");
    }

    [Theory]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("20000-01-01")]
    public async Task Nobody_waits_for_an_event_whose_time_was_damaged(string time)
    {
        var notes = await node.Notes("timeless");
        (notes.Portion, notes.Patience) = (3, TimeSpan.FromDays(1));
        await node.Create();
        await node.Create();
        await node.Run($"""
            alter table event_store.events drop constraint events_time;
            update event_store.events set recorded_at = '{time}' where position = 2;
            """);

        await node.LeadUntil(2, notes);

        await node.ShouldHaveTheLog("timeless");
    }
}
