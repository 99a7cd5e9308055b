using Sessions.Projections.Audit;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;

namespace Sessions.Tests.Projections;

/// <summary>What the audit shows where the trail and the log differ.</summary>
public sealed class AuditOfDamagedLogTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;
    AuditQueries audit = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        audit = node.Audit();
        await node.LiveALittle();
        await node.Follow();
    }

    public async ValueTask DisposeAsync()
    {
        await audit.DisposeAsync();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("update event_store.events set metadata = '{\"actor\":\"mallory\",\"origin\":\"test\"}' where position = 7", "actor")]
    [InlineData("update event_store.events set metadata = '{\"actor\":\"cy\",\"origin\":\"test\",\"address\":\"192.0.2.7\"}' where position = 7", "address")]
    [InlineData("update event_store.events set recorded_at = recorded_at + interval '1 microsecond' where position = 7", "time")]
    [InlineData("update event_store.events set type = 'session_canceled', data = '{}' where position = 7", "type")]
    [InlineData("update read_models.audit_trail set actor = 'mallory' where number = 7", "actor")]
    [InlineData("update read_models.audit_trail set trace = gen_random_uuid() where number = 7", "trace")]
    [InlineData("update read_models.audit_trail set reason = 'idle' where number = 7", "reason")]
    public async Task An_event_of_which_the_trail_keeps_something_else_is_shown_with_a_fault(string damage, string what)
    {
        await node.Run(damage);

        var shown = (await All(AuditFilter.All)).Where(one => one.Fault is not null).ShouldHaveSingleItem();

        shown.Number.ShouldBe(7);
        shown.Fault.ShouldBe($"The audit trail has another {what} for it: one of the two was altered. 'sessions verify' tells which.");
    }

    [Fact]
    public async Task An_item_that_is_another_than_the_trail_keeps_is_a_fault_of_the_creation()
    {
        await node.Run("update read_models.audit_trail set item = gen_random_uuid() where number = 6");

        (await All(AuditFilter.All)).Where(one => one.Fault is not null).ShouldHaveSingleItem().Fault!.ShouldContain("another item");
    }

    [Theory]
    [InlineData("delete from event_store.events where position = 7")]
    [InlineData("delete from event_store.events where owner = 'cy'")]
    [InlineData("update event_store.events set recorded_at = recorded_at + interval '1 hour' where position = 7")]
    [InlineData("update event_store.events set owner = 'mallory' where position = 7")]
    public async Task Whoever_asks_for_a_session_sees_what_was_removed_from_it(string damage)
    {
        var session = await node.Ask<Guid>("select stream_id from event_store.events where position = 7");
        await node.Run(damage);

        var shown = await All(new AuditFilter(Session: session));

        shown.Select(one => one.Number).ShouldBe([6, 7, 8]);
        shown.Single(one => one.Number == 7).Fault.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("delete from event_store.events where position = 7")]
    [InlineData("update read_models.audit_trail set session = gen_random_uuid() where number = 7")]
    [InlineData("update read_models.audit_trail set version = 9 where number = 7")]
    public async Task What_is_in_the_trail_and_not_in_the_log_is_said_to_be_just_that(string damage)
    {
        await node.Run(damage);

        (await All(AuditFilter.All)).Single(one => one.Number == 7).Fault.ShouldBe(
            "The log has no such event: it was removed, or this row of the audit trail was altered. 'sessions verify' tells which.");
    }

    [Theory]
    [InlineData("- interval '6 years'")]
    [InlineData("+ interval '4 years'")]
    public async Task However_the_time_of_an_event_was_altered_pages_hold_each_event_once(string other)
    {
        await node.Run($"update event_store.events set recorded_at = recorded_at {other} where position in (4, 7)");

        foreach (var order in new[] { AuditOrder.Newest, AuditOrder.Oldest })
        {
            var seen = new List<long>();
            for (AuditCursor? after = null; seen.Count <= 10;)
            {
                var page = await audit.Page(AuditFilter.All, order, after, limit: 1, CancellationToken.None);
                seen.AddRange(page.Events.Select(one => one.Number));
                if (page.NextCursor is not { } next)
                    break;
                AuditCursor.TryParse(next, out var cursor).ShouldBeTrue();
                after = cursor;
            }

            seen.ShouldBe(order == AuditOrder.Oldest ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
            (await Streamed(order)).ShouldBe(seen);
        }
    }

    async Task<List<long>> Streamed(AuditOrder order)
    {
        var seen = new List<long>();
        await foreach (var one in audit.Stream(AuditFilter.All, order, after: null, limit: null, CancellationToken.None))
            seen.Add(one.Number);
        return seen;
    }

    async Task<List<AuditEvent>> All(AuditFilter filter) =>
        [.. (await audit.Page(filter, AuditOrder.Oldest, after: null, AuditQueries.PageMax, CancellationToken.None)).Events];
}
