using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Projections.Following;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Projections;

/// <summary>Short forms for followers that record what they are given.</summary>
static class NoteSentences
{
    /// <summary>Creates such a follower, and the table that it writes to.</summary>
    public static async Task<Note> Notes(this Node node, string name)
    {
        await node.Run($"create table notes_{name} (number bigint primary key, position bigint)");
        return new Note(name);
    }

    public static ProjectionRunner Runner(this Node node, params ILogFollower[] followers) =>
        new(node.Database, followers, NullLogger<ProjectionRunner>.Instance);

    /// <summary>Runs the followers until the first of them has this many events.</summary>
    public static async Task LeadUntil(this Node node, long events, params Note[] followers)
    {
        var runner = node.Runner(followers);
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (await node.Ask<long>($"select count(*) from notes_{followers[0].Name}") < events)
        {
            if (!await runner.RunOnce(patience.Token))
                await node.Run("select pg_sleep(0.005)");
        }
    }

    /// <summary>The follower has each event of the log once, under its number.</summary>
    public static async Task ShouldHaveTheLog(this Node node, string follower)
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
}
