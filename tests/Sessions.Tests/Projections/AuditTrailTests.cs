using Sessions.Projections.Audit;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

public sealed class AuditTrailTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;
    AuditQueries audit = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        audit = node.Audit();
    }

    public async ValueTask DisposeAsync()
    {
        await audit.DisposeAsync();
        await node.DisposeAsync();
    }

    /// <summary>The table's pages are full, and each row has an address and a trace of its own.</summary>
    [Fact]
    public async Task However_many_addresses_and_traces_there_are_they_are_summed_up()
    {
        await using var fill = node.Database.CreateCommand("""
            insert into read_models.audit_trail (number, at, session, trace, version, owner, type, address)
            select n, now(), gen_random_uuid(), gen_random_uuid(), 1, 'ana', 'session_created', 'address ' || n
            from generate_series(1, 30000) as n
            """);
        await fill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var sumUp = node.Database.CreateCommand(
            "select brin_summarize_new_values('read_models.audit_trail_ranges')");
        ((int)(await sumUp.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_filter_and_every_pair_of_filters_finds_what_a_search_of_the_whole_log_finds(int seed)
    {
        await node.LiveAtRandom(seed);
        await node.Follow();
        var log = await node.ReadWholeLog();
        var middle = log[log.Count / 2].At;
        AuditFilter[] alone =
        [
            .. Each(log, one => one.Owner).Select(owner => AuditFilter.All with { Owner = owner }),
            .. Each(log, one => one.Actor).Select(actor => AuditFilter.All with { Actor = actor }),
            .. Each(log, one => one.Type).Select(type => AuditFilter.All with { Type = type }),
            .. Each(log, one => one.Reason).Select(reason => AuditFilter.All with { Reason = reason }),
            .. Each(log, one => one.Address).Select(address => AuditFilter.All with { Address = address }),
            .. log.Select(one => NumberedEvent.TraceOf(one.TraceParent)).OfType<Guid>().Distinct().Select(trace => AuditFilter.All with { Trace = trace }),
            .. log.Select(one => one.Item).Distinct().Select(item => AuditFilter.All with { Item = item }),
            .. log.Select(one => one.Session).Distinct().Take(4).Select(session => AuditFilter.All with { Session = session }),
            AuditFilter.All with { Owner = "nobody" },
            AuditFilter.All with { Actor = "nobody" },
            AuditFilter.All with { Session = Guid.CreateVersion7() },
            AuditFilter.All with { From = middle },
            AuditFilter.All with { To = middle },
        ];
        var pairs = alone.SelectMany((one, index) => alone.Skip(index + 1).Select(other => Both(one, other))).OfType<AuditFilter>();

        foreach (var filter in alone.Concat(pairs).Append(AuditFilter.All))
        {
            int[] expected = [.. log.Where(filter.Fits).Select(one => (int)one.Number)];
            var newest = await audit.Page(filter, AuditOrder.Newest, after: null, AuditQueries.PageMax, CancellationToken.None);
            newest.Events.Select(one => (int)one.Number).ShouldBe(expected.Reverse(), filter.ToString());
            var oldest = await audit.Page(filter, AuditOrder.Oldest, after: null, AuditQueries.PageMax, CancellationToken.None);
            oldest.Events.Select(one => (int)one.Number).ShouldBe(expected, filter.ToString());
        }

        log.Select(one => one.Type).Distinct().Count().ShouldBeGreaterThan(6, "too little happened to tell filters apart");
    }

    [Theory]
    [InlineData(AuditOrder.Newest)]
    [InlineData(AuditOrder.Oldest)]
    public async Task Pages_hold_everything_once_while_more_is_appended(AuditOrder order)
    {
        await node.LiveAtRandom(seed: 3, steps: 40);
        await node.Follow();
        var before = await node.ReadWholeLog();

        foreach (var filter in new[] { AuditFilter.All, new AuditFilter(Actor: "ana"), new AuditFilter(Owner: "bo") })
        {
            var seen = await audit.ReadPages(filter, order, limit: 7, async () =>
            {
                await node.LiveAtRandom(seed: 4, steps: 1);
                await node.Follow();
            });

            seen.Select(one => one.Number).ShouldBeUnique();
            before.Where(filter.Fits).Select(one => one.Number).Except(seen.Select(one => one.Number)).ShouldBeEmpty();
            seen.ShouldAllBe(one => filter.Fits(one));
            seen.Select(one => (one.At, one.Number)).ShouldBeInOrder(
                order == AuditOrder.Newest ? SortDirection.Descending : SortDirection.Ascending);
        }
    }

    [Fact]
    public async Task A_stream_of_all_events_is_the_log()
    {
        await node.LiveAtRandom(seed: 5);
        await node.Follow();

        var streamed = await audit.Stream(AuditFilter.All, AuditOrder.Oldest, after: null, limit: null, CancellationToken.None)
            .ToListAsync(TestContext.Current.CancellationToken);

        streamed.Select(Text).ShouldBe((await node.ReadWholeLog()).Select(Text));
    }

    [Fact]
    public async Task An_event_is_shown_with_all_that_is_known_of_it_after_its_session_is_gone()
    {
        var by = new Provenance("api delete", "admin", ["administrator"], "192.0.2.7", $"00-{7:x32}-0000000000000001-01", "node-1");
        var address = await node.Create();
        await node.Commands.Submit(address, new Delete(), by, CancellationToken.None);
        await node.Follow();

        var shown = (await audit.Page(new AuditFilter(Actor: "admin"), AuditOrder.Newest, null, 10, CancellationToken.None))
            .Events.ShouldHaveSingleItem();

        (shown.Number, shown.Type, shown.Reason, shown.Version).ShouldBe((2, "session_deleted", "requested", 2));
        (shown.Session, shown.Owner, shown.Item).ShouldBe((address.Id.Value, "ana", NodeSentences.Item.ItemId));
        (shown.Actor, shown.Origin, shown.Address, shown.Node, shown.TraceParent)
            .ShouldBe(("admin", "api delete", "192.0.2.7", "node-1", by.TraceParent));
        shown.Roles.ShouldBe(["administrator"]);
        System.Text.Encoding.UTF8.GetString(shown.Data!.Value.Span).ShouldBe("""{"by":"admin","reason":"Requested"}""");
    }

    [Theory]
    [InlineData("delete from event_store.events", "The log has no such event")]
    [InlineData("update event_store.events set owner = 'mallory'", "The log has no such event")]
    [InlineData("update event_store.events set metadata = '[]'", "It cannot be read")]
    public async Task An_event_that_was_tampered_with_is_shown_with_its_fault_and_cuts_nothing_off(string damage, string fault)
    {
        await node.LiveALittle();
        await node.Follow();
        await node.Run(damage + " where position = 7");

        var paged = await audit.ReadPages(AuditFilter.All, AuditOrder.Newest, limit: 3);
        var streamed = await audit.Stream(AuditFilter.All, AuditOrder.Oldest, after: null, limit: null, CancellationToken.None)
            .ToListAsync(TestContext.Current.CancellationToken);

        paged.Select(one => one.Number).ShouldBe([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        streamed.Select(Text).ShouldBe(Enumerable.Reverse(paged).Select(Text));
        var shown = streamed.Single(one => one.Fault is not null);
        shown.Fault!.ShouldStartWith(fault);
        (shown.Number, shown.Type, shown.Owner, shown.Version, shown.Item)
            .ShouldBe((7, "session_kept_alive", "cy", 2, NodeSentences.Item.ItemId));
    }

    [Theory]
    [InlineData("data = '{}'")]
    [InlineData("data = '{\"reason\":7}'")]
    [InlineData("metadata = 'null'")]
    [InlineData("metadata = '{\"actor\":{\"name\":\"ana\"}}'")]
    [InlineData("metadata = '{\"actor\":\"\\u0000\"}'")]
    [InlineData("metadata = '{\"address\":\"\\ud800\"}'")]
    public Task An_event_that_was_damaged_before_they_came_stops_no_follower(string damage) =>
        ShouldStopNobody("type = 'session_deleted'", damage);

    [Theory]
    [InlineData("data = '{\"item\":{\"itemId\":5}}'")]
    [InlineData("data = '{\"item\":{\"itemId\":\"\\ud800\"}}'")]
    [InlineData("data = (repeat('[', 100) || repeat(']', 100))::json")]
    [InlineData("schema = 0")]
    public Task Nor_does_one_that_began_a_session(string damage) => ShouldStopNobody("position = 6", damage);

    async Task ShouldStopNobody(string which, string damage)
    {
        await node.LiveALittle();
        await node.Run($"update event_store.events set {damage} where {which}");
        var damaged = await node.Ask<long>($"select position from event_store.events where {which}");

        await node.Follow();

        var events = await audit.ReadPages(AuditFilter.All, AuditOrder.Newest, limit: 3);
        events.Count.ShouldBe(10);
        events.Single(one => one.Fault is not null).Number.ShouldBe(damaged);
    }

    [Fact]
    public async Task A_user_s_sessions_of_a_moment_are_not_those_that_were_deleted_by_then_however_far_behind_the_trail_is()
    {
        var (kept, deleted, emptied) = (await node.Create(), await node.Create(), await node.Create());
        await node.Follow();
        await node.Send(deleted, new Delete());
        await node.Run($"delete from event_store.events {emptied.Where()}");
        var seen = new List<Guid>();
        for (string? after = ""; after is not null;)
        {
            var page = await audit.SessionsOf("ana", DateTimeOffset.MaxValue, after.Length > 0 ? Guid.Parse(after) : null, limit: 1, CancellationToken.None);
            seen.AddRange(page.Sessions.Select(one => one.Session));
            after = page.NextCursor;
        }

        seen.ShouldBe([kept.Id.Value]);
    }

    [Fact]
    public async Task The_item_is_known_of_sessions_that_began_before_anybody_remembers()
    {
        await node.LiveAtRandom(seed: 6);
        await using var connection = await node.Database.OpenConnectionAsync();
        await node.Follow();
        var log = (await node.CopyLog()).ToArray();
        var expected = (await node.ReadWholeLog()).OrderBy(one => one.Number).Select(one => one.Item);

        // A memory that holds next to nothing must query again and again.
        var forgetful = new ItemMemory(sizeMax: 2);
        var found = new List<Guid?>();
        foreach (var one in log)
            found.AddRange(await forgetful.Find([one], connection, CancellationToken.None));

        found.ShouldBe(expected);
        (await new ItemMemory().Find(log[^20..], connection, CancellationToken.None)).ShouldBe(expected.TakeLast(20));
    }

    [Fact]
    public void A_cursor_is_read_as_it_was_written_and_anything_else_is_none()
    {
        var cursor = new AuditCursor(new DateTimeOffset(2026, 11, 24, 12, 3, 7, TimeSpan.Zero).AddMicroseconds(123456), 42);

        AuditCursor.TryParse(cursor.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(cursor);
        foreach (var text in new[] { "", "x", "%%%", cursor + "A", cursor.ToString()[..^2], new string('_', 22), new string('A', 4000) })
            AuditCursor.TryParse(text, out _).ShouldBeFalse(text);
    }

    static string Text(AuditEvent one) => System.Text.Json.JsonSerializer.Serialize(one, AuditJson.Default.AuditEvent);

    static IEnumerable<string> Each(List<AuditEvent> log, Func<AuditEvent, string?> value) =>
        log.Select(value).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Both filters in one, or null where both set the same field.</summary>
    static AuditFilter? Both(AuditFilter one, AuditFilter other)
    {
        var both = new AuditFilter(
            one.Owner ?? other.Owner, one.Actor ?? other.Actor, one.Session ?? other.Session, one.Item ?? other.Item,
            one.Type ?? other.Type, one.Reason ?? other.Reason, one.Address ?? other.Address, one.Trace ?? other.Trace,
            one.From ?? other.From, one.To ?? other.To);
        return Set(both) == Set(one) + Set(other) ? both : null;
    }

    static int Set(AuditFilter filter) => new object?[]
    {
        filter.Owner, filter.Actor, filter.Session, filter.Item, filter.Type, filter.Reason, filter.Address, filter.Trace,
        filter.From, filter.To,
    }.Count(value => value is not null);
}
