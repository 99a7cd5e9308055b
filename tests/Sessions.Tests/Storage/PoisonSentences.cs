using Sessions.Domain;
using Sessions.Storage.Schedule;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>Makes messages fail, and removes the cause again.</summary>
static class PoisonSentences
{
    public static readonly ScheduleOptions Schedule = new()
    {
        AttemptsMax = 4, Backoff = TimeSpan.FromHours(1), BackoffMax = TimeSpan.FromHours(3),
    };

    /// <summary>A node whose sessions are over at once, and whose failed messages are not retried for hours.</summary>
    public static async Task<Node> PoisonedNode(this TestPostgres postgres) => new(
        await postgres.CreateDatabase(), StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) }, schedule: Schedule);

    /// <summary>What makes a message fail: a state that cannot be read, or an event that cannot be written.</summary>
    public static TheoryData<string> Faults => ["unreadable", "unwritable"];

    public static async Task<SessionAddress> Poison(this Node node, string fault)
    {
        var culprit = await node.Create("culprit");
        await node.Run(fault == "unreadable"
            ? $$"""
                create table event_store.kept as select stream_id, snapshot from event_store.streams;
                update event_store.streams set snapshot = '{"lease": 7}' {{culprit.Where()}};
                """
            : StoreSentences.RefuseEvents("new.owner = 'culprit'"));
        return culprit;
    }

    public static Task Mend(this Node node, SessionAddress culprit) => node.Run($"""
        {StoreSentences.RefuseNone}
        create table if not exists event_store.kept as select stream_id, snapshot from event_store.streams;
        update event_store.streams
        set snapshot = (select snapshot from event_store.kept where stream_id = '{culprit.Id}')
        {culprit.Where()};
        """);

    public static Task MakeDue(this Node node, SessionAddress culprit) =>
        node.Run($"update event_store.scheduled_messages set due_at = now() {culprit.Where()}");
}
