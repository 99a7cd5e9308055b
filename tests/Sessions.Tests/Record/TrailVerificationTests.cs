using Sessions.Projections.Audit;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

public sealed class TrailVerificationTests(TestPostgres postgres) : IAsyncLifetime
{
    const string Trail = "read_models.audit_trail";

    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.LiveALittle();
        await node.Lead(new AuditTrail());
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task The_trail_is_what_a_replay_of_the_log_makes_of_it_as_far_as_it_has_followed()
    {
        await node.LiveALittle();

        var (followed, found) = await Verify();

        followed.ShouldBe(10);
        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData($"update {Trail} set owner = 'mallory' where number = 3", 3)]
    [InlineData($"update {Trail} set actor = null where number = 3", 3)]
    [InlineData($"update {Trail} set item = null where number = 3", 3)]
    [InlineData($"update {Trail} set reason = 'idle' where number = 5", 5)]
    [InlineData($"update {Trail} set version = 9 where number = 1", 1)]
    [InlineData($"update {Trail} set at = at + interval '1 microsecond' where number = 10", 10)]
    [InlineData($"delete from {Trail} where number = 4", 4)]
    public async Task A_row_that_is_not_what_its_event_says_is_named(string damage, long number)
    {
        await node.Run(damage);

        (await Verify()).Found.ShouldContain(one =>
            one.Kind == DifferenceKind.Trail && one.Says.StartsWith($"Event {number},", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("99, at, session, version", 99)]
    [InlineData("7, at, gen_random_uuid(), version", 7)]
    [InlineData("7, at, session, version", 7)]
    public async Task A_row_that_belongs_to_no_event_is_named(string columns, long number)
    {
        await node.Run($"insert into {Trail} (number, at, session, version, owner, type) select {columns}, owner, type from {Trail} where number = 2");

        (await Verify()).Found.ShouldHaveSingleItem().Says.ShouldStartWith($"Row {number} of the audit trail");
    }

    [Theory]
    [InlineData("")]
    [InlineData("update event_store.events set recorded_at = (select max(recorded_at) from event_store.events); "
        + $"update {Trail} set at = (select max(recorded_at) from event_store.events); ")]
    public async Task Of_an_event_that_was_removed_its_row_alone_is_named(string before)
    {
        await node.Run(before + "delete from event_store.events where position = 4");

        (await Verify()).Found.ShouldHaveSingleItem().Says.ShouldStartWith("Row 4 of the audit trail");
    }

    [Fact]
    public async Task Of_an_event_that_was_removed_with_its_row_the_number_is_named()
    {
        await node.Run($"delete from event_store.events where position = 4; delete from {Trail} where number = 4");

        (await Verify()).Found.ShouldHaveSingleItem().Says.ShouldStartWith("The audit trail lacks row 4, and the log has no event for it");
    }

    [Fact]
    public async Task Of_an_event_that_was_inserted_it_alone_is_named()
    {
        await node.Run("""
            insert into event_store.events
                (position, transaction_id, recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            overriding system value
            select 0, transaction_id, recorded_at, gen_random_uuid(), owner, 1, command_id, 'session_canceled', 1, '{}', metadata
            from event_store.events where position = 4
            """);

        (await Verify()).Found.ShouldHaveSingleItem().Position.ShouldBe(0);
    }

    [Fact]
    public async Task Of_several_that_were_removed_and_inserted_each_is_named_and_no_other()
    {
        await node.Run($"""
            delete from event_store.events where position in (2, 3, 7);
            insert into event_store.events
                (position, transaction_id, recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            overriding system value
            select 0, transaction_id, recorded_at, gen_random_uuid(), owner, 1, command_id, 'session_canceled', 1, '{"{}"}', metadata
            from event_store.events where position = 5;
            delete from {Trail} where number = 9
            """);

        var found = (await Verify()).Found;

        found.Select(one => one.Position).OfType<long>().ShouldBe([0L, 9]);
        found.Where(one => one.Position is null).Select(one => one.Says[..24]).ShouldBe(
            ["Row 2 of the audit trail", "Row 3 of the audit trail", "Row 7 of the audit trail"]);
    }

    [Fact]
    public async Task A_number_that_was_altered_is_named_and_no_other()
    {
        await node.Run($"update {Trail} set number = 99 where number = 3");

        (await Verify()).Found[0].Says.ShouldStartWith("Event 3, ");
        (await Verify()).Found.ShouldAllBe(one => one.Position == 3 || one.Says.StartsWith("Row 99 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData($"update {Trail} set number = 11 - number where number in (5, 6)")]
    [InlineData("""
        update event_store.events as event set transaction_id = other.transaction_id
        from event_store.events as other where event.position in (5, 6) and other.position = 11 - event.position
        """)]
    public async Task Two_that_were_exchanged_are_both_named_and_no_other(string exchange)
    {
        await node.Run(exchange);

        var found = (await Verify()).Found;

        found.Select(one => one.Says.Split(',')[0]).Order().ShouldBe(["Event 5", "Event 6"]);
        found.ShouldAllBe(one => one.Says.Contains("in the audit trail"));
    }

    [Theory]
    [InlineData("data = '[]' where type = 'session_created' and position = 6", 0)]
    [InlineData("metadata = '[]' where position = 2", 1)]
    public async Task An_event_that_cannot_be_read_keeps_nobody_from_comparing_the_others(string damage, int unreadable)
    {
        await node.Run($"update event_store.events set {damage}; delete from {Trail} where number = 10");

        var (followed, found) = await Verify();

        followed.ShouldBe(10);
        found.Count.ShouldBe(unreadable + 1);
        found[^1].Says.ShouldStartWith("Event 10,");
    }

    async Task<(long Followed, List<Difference> Found)> Verify()
    {
        var found = new List<Difference>();
        return (await TrailVerification.Verify(node.Database, found.Add, progress: null, CancellationToken.None), found);
    }
}
