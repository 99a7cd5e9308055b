using Sessions.Projections.Rebuilding;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;

namespace Sessions.Tests.Projections;

/// <summary>Rebuilds over a log that has been tampered with.</summary>
public sealed class RebuildOfDamagedLogTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task A_trail_that_tells_of_an_event_which_is_gone_stays_as_it_is()
    {
        await node.Run("delete from event_store.events where position = 4");

        var refused = await Should.ThrowAsync<RebuildException>(() => Rebuild("audit-trail"));

        refused.Message.ShouldContain("has followed 10");
        (await node.Ask<long>("select count(*) from read_models.audit_trail where number = 4")).ShouldBe(1);
        (await Rebuild("activity")).Differences!.AreNone.ShouldBeFalse();
    }

    [Fact]
    public async Task That_rows_have_other_numbers_than_before_is_told()
    {
        await node.Run("""
            insert into event_store.events
                (position, transaction_id, recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            overriding system value
            select 0, transaction_id, recorded_at, gen_random_uuid(), owner, 1, command_id, 'session_canceled', 1, '{}', metadata
            from event_store.events where position = 4
            """);

        (await Rebuild("audit-trail")).Shifted.ShouldBe(1);
        (await Rebuild("audit-trail")).ShouldSatisfyAllConditions(
            again => again.Shifted.ShouldBe(0), again => again.Differences.ShouldBe(RebuildDifferences.None));
    }

    [Theory]
    [InlineData("data = '[]' where type = 'session_deleted'")]
    [InlineData("data = '[]' where type = 'session_deleted'; update event_store.events set metadata = '[]' where position = 2")]
    [InlineData("data = '[]' where type = 'session_deleted'; delete from event_store.events where position = 4; delete from event_store.streams")]
    public async Task An_event_that_cannot_be_read_ends_it_and_is_what_is_said(string damage)
    {
        await node.Run("update event_store.events set " + damage);

        (await Should.ThrowAsync<UnreadableEventException>(() => Rebuild("audit-trail"))).Message.ShouldContain("cannot be read");

        (await node.Ask<long>("select count(*) from read_models.audit_trail")).ShouldBe(10);
    }

    Task<RebuildReport> Rebuild(string model) => new Rebuild(node.Database, ReadModel.All[model]).Run(CancellationToken.None);
}
