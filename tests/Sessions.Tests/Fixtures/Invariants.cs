using Sessions.Domain;

namespace Sessions.Tests.Fixtures;

/// <summary>The rules that hold in every database of sessions at every moment, whatever commands race.</summary>
static class Invariants
{
    /// <summary>Each statement counts the rows that break its rule, in one snapshot.</summary>
    static readonly (string Says, string Count)[] Rules =
    [
        ("a stream's version is the number of its events and the version of the last", """
            select count(*) from event_store.streams as s
            full join (select stream_id, owner, count(*) as events, max(version) as last
                       from event_store.events group by stream_id, owner) as e using (stream_id, owner)
            where s.version is distinct from e.events or s.version is distinct from e.last
            """),
        ("a session's activity ends once", """
            select count(*) from (
                select from event_store.events
                where type in ('session_canceled', 'session_failed', 'session_expired')
                group by stream_id, owner having count(*) > 1) as twice
            """),
        ("a session's life ends once, and nothing follows but the ends of its transfers", """
            select count(*) from event_store.events as e
            join event_store.events as f using (stream_id, owner)
            where e.type = 'session_deleted' and f.version > e.version
              and f.type not in ('file_transferred', 'transfer_aborted')
            """),
        ("a session waits for something exactly as long as it lives", """
            select count(*) from event_store.streams as s
            full join (select stream_id, owner from event_store.scheduled_messages
                       union select stream_id, owner from event_store.dead_letters) as m using (stream_id, owner)
            where (m.stream_id is null) is distinct from (s.snapshot -> 'deleted' is not null)
            """),
        ("a session is listed exactly as long as it lives", """
            select count(*) from event_store.streams as s
            full join read_models.session_list as l on (l.session_id, l.owner) = (s.stream_id, s.owner)
            where (l.session_id is null) is distinct from (s.snapshot -> 'deleted' is not null)
            """),
        ("a removed session keeps no client token", """
            select count(*) from event_store.streams
            where client_token is not null and snapshot -> 'deleted' is not null
            """),
        ("an event carries the transaction it was written in, in the order of its stream", """
            select count(*) from event_store.events as e
            join event_store.events as f
              on (f.stream_id, f.owner, f.version) = (e.stream_id, e.owner, e.version + 1)
            where (f.epoch, f.transaction_id, f.position) <= (e.epoch, e.transaction_id, e.position)
            """),
    ];

    public static async Task ShouldBeSound(this Node node)
    {
        await node.RulesShouldHold();

        var streams = await node.Addresses();
        foreach (var address in streams)
        {
            var events = await node.EventsOf(address);
            (await node.SessionAt(address)).ShouldBe(Session.Fold(events), "a snapshot is the fold of the events");
        }
    }

    /// <summary>Checks the rules that the database can check by itself.</summary>
    public static async Task RulesShouldHold(this Node node)
    {
        foreach (var (says, count) in Rules)
            (await node.Ask<long>(count)).ShouldBe(0, says);
    }

    public static async Task<List<SessionAddress>> Addresses(this Node node)
    {
        await using var command = node.Database.CreateCommand("select stream_id, owner from event_store.streams");
        await using var reader = await command.ExecuteReaderAsync();
        var addresses = new List<SessionAddress>();
        while (await reader.ReadAsync())
            addresses.Add(new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)));
        return addresses;
    }
}
