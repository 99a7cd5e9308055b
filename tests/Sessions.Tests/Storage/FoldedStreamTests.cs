using System.Text;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Storage;

/// <summary>
/// A stream whose snapshot has another schema is folded by a second read. Other transactions write before that read.
/// </summary>
public sealed class FoldedStreamTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly Guid token = Guid.CreateVersion7();
    Node node = null!;
    SessionAddress address;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        address = await node.Create(token: token);
        await node.Run($"update event_store.streams set snapshot_schema = 0 {address.Where()}");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task What_is_decided_on_it_is_not_dated_before_it()
    {
        (await WhileOthersWrite(new SessionCanceled(), () => node.Send(address, new Delete()))).ShouldBeAccepted();

        var events = await node.EventsOf(address);
        events.Select(one => one.GetType()).ShouldBe([typeof(SessionCreated), typeof(SessionCanceled), typeof(SessionDeleted)]);
        events[2].At.ShouldBeGreaterThan(events[1].At);
    }

    [Fact]
    public async Task The_time_that_it_comes_with_is_not_before_it()
    {
        var loaded = await WhileOthersWrite(
            new SessionCanceled(), () => node.Store.Load(address));

        loaded.ReadAt.ShouldBeGreaterThan(loaded.Session.ShouldBeOfType<Session.Ended>().At);
    }

    [Fact]
    public async Task A_token_that_it_gives_free_meanwhile_makes_a_new_session()
    {
        var created = NodeSentences.NewAddress();

        var outcome = await WhileOthersWrite(
            new SessionDeleted(DeletionReason.Requested, "ana"), () => node.Send(created, new Create(NodeSentences.Item, token)));

        outcome.ShouldBeAccepted().Address.ShouldBe(created);
        (await node.SessionAt(created)).ShouldBeOfType<Session.Active>();
    }

    async Task<T> WhileOthersWrite<T>(SessionEvent written, Func<Task<T>> ask)
    {
        await using var other = await OpenTransaction.Begin(node.ConnectionString);
        await other.Run("lock table event_store.events in access exclusive mode");
        var asked = ask();
        await node.UntilLocked();
        var (type, data) = EventJson.Write(written);
        await other.Run($$"""
            insert into event_store.events
                (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            values (clock_timestamp(), '{{address.Id}}', '{{address.Owner}}', 2, gen_random_uuid(),
                    '{{type.Name}}', {{type.Schema}}, '{{Encoding.UTF8.GetString(data)}}', '{"origin":"test"}');
            update event_store.streams
            set version = 2, client_token = case when '{{type.Name}}' <> 'session_deleted' then client_token end
            {{address.Where()}}
            """);
        await other.Commit();
        return await asked.WaitAsync(StoreSentences.Patience);
    }
}
