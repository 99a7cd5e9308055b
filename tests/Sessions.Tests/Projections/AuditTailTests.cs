using Sessions.Projections.Audit;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

public sealed class AuditTailTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Whoever_follows_sees_what_happens_from_now_on_and_what_commits_late()
    {
        var old = await node.Create();
        await node.Follow();
        await using var slow = await OpenTransaction.Begin(node.ConnectionString);
        await slow.Run("select pg_current_xact_id()");
        await using var seen = new AuditTail(node.Database, TimeProvider.System)
            .Follow(AuditFilter.All, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = seen.MoveNextAsync();

        await node.Send(old, new KeepAlive(40));
        await slow.Run($$"""
            insert into event_store.events
                (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            values (now(), '{{old.Id}}', 'ana', 9, gen_random_uuid(), 'session_canceled', 1, '{}', '{"origin":"test"}')
            """);
        await slow.Commit();

        (await first).ShouldBeTrue();
        (seen.Current.Type, seen.Current.Number, seen.Current.Item).ShouldBe(("session_canceled", 2, NodeSentences.Item.ItemId));
        (await seen.MoveNextAsync()).ShouldBeTrue();
        (seen.Current.Type, seen.Current.Number).ShouldBe(("session_kept_alive", 3));
    }

    [Fact]
    public async Task Only_what_fits_is_seen()
    {
        await using var seen = new AuditTail(node.Database, TimeProvider.System)
            .Follow(new AuditFilter(Owner: "bo"), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = seen.MoveNextAsync();

        await node.Create();
        var his = await node.Create("bo");

        (await first).ShouldBeTrue();
        seen.Current.Session.ShouldBe(his.Id.Value);
    }
}
