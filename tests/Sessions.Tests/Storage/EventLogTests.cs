using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>
/// The one order of all events. Open transactions of other tests on the same cluster hold these readers back as well,
/// so they read until they have the events that must come.
/// </summary>
public sealed class EventLogTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Events_come_in_the_order_of_their_positions_page_by_page()
    {
        for (var i = 0; i < 5; i++)
            await node.Send(await node.Create(), new KeepAlive(i));

        var events = await Read(count: 10, page: 3);

        events.Select(recorded => recorded.Position).ShouldBeInOrder(SortDirection.Ascending);
        events.GroupBy(recorded => recorded.Address).Count().ShouldBe(5);
        events.GroupBy(recorded => recorded.Address).ShouldAllBe(
            stream => stream.Select(recorded => recorded.Version).SequenceEqual(new[] { 1, 2 }));
        (await node.Log.ReadAfter(events[^1].Position, 10, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_comes_with_all_that_was_stored_beside_it()
    {
        var by = new Provenance("rest", "ana", ["auditor"], "192.0.2.7", "00-trace-01", "node-1")
        {
            MayReadStorage = true,
        };
        var address = NodeSentences.NewAddress();
        await node.Commands.Submit(address, new Create(NodeSentences.Item), by, CancellationToken.None);

        var recorded = (await Read(count: 1)).ShouldHaveSingleItem();

        recorded.Address.ShouldBe(address);
        recorded.Event.ShouldBe((await node.EventsOf(address)).ShouldHaveSingleItem());
        recorded.Event.ShouldBeOfType<SessionEvent.SessionCreated>().MayReadStorage.ShouldBeTrue();
        (recorded.Provenance with { Roles = by.Roles, MayReadStorage = true }).ShouldBe(by);
        recorded.Provenance.Roles.ShouldBe(["auditor"]);
    }

    [Fact]
    public async Task An_open_transaction_holds_readers_back_and_its_events_are_not_skipped()
    {
        var first = await node.Create();
        await using var slow = await OpenTransaction.Begin(node.ConnectionString);
        // The slow transaction begins before the younger one, and writes after it.
        await slow.Run("select pg_current_xact_id()");
        var young = await node.Create();
        var late = await Append(slow);

        (await node.Log.ReadAfter(LogPosition.Start, 10, CancellationToken.None))
            .ShouldAllBe(recorded => recorded.Address == first);
        await slow.Commit();

        (await Read(count: 3)).Select(recorded => recorded.Address).ShouldBe([first, late, young]);
    }

    [Fact]
    public async Task A_reader_that_follows_misses_nothing_whoever_commits_first()
    {
        var expected = new List<SessionAddress>();
        var open = new Queue<OpenTransaction>();
        var (seen, position) = (new List<SessionAddress>(), LogPosition.Start);
        async Task Follow()
        {
            foreach (var recorded in await node.Log.ReadAfter(position, 2, CancellationToken.None))
            {
                recorded.Position.ShouldBeGreaterThan(position);
                position = recorded.Position;
                seen.Add(recorded.Address);
            }
        }

        for (var i = 0; i < 12; i++)
        {
            var transaction = await OpenTransaction.Begin(node.ConnectionString);
            expected.Add(await Append(transaction));
            open.Enqueue(transaction);
            expected.Add(await node.Create());
            await Follow();
            // Some transactions wait longer than others, so that they do not commit in the order in which they began.
            if (i % 3 != 0)
                await CommitOldest(open);
            await Follow();
        }

        while (open.Count > 0)
            await CommitOldest(open);
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (seen.Count < expected.Count && !patience.IsCancellationRequested)
        {
            await node.Run("select pg_sleep(0.005)");
            await Follow();
        }

        seen.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_transaction_that_only_reads_holds_nobody_back()
    {
        await using var reader = await OpenTransaction.Begin(node.ConnectionString);
        await reader.Run("select from event_store.events");

        await node.Create();

        (await Read(count: 1)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_holds_readers_back_is_named()
    {
        await using var forgotten = await OpenTransaction.Begin(node.ConnectionString, "a forgotten tool");
        await Append(forgotten);

        var blocker = await FindBlocker(found => found.ProcessId == forgotten.ProcessId);

        blocker.Application.ShouldBe("a forgotten tool");
        blocker.Age.ShouldBeGreaterThan(TimeSpan.Zero);
        (await node.Log.FindBlockers(TimeSpan.FromHours(1), CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>
    /// PostgreSQL does not show this role when another role's transaction began. Until that transaction is the oldest
    /// on the cluster, it is not the one that holds readers back.
    /// </summary>
    [Fact]
    public async Task Whoever_holds_readers_back_under_another_role_is_named_once_an_event_waits_behind_him()
    {
        Assert.SkipUnless(await node.Ask<bool>("""
            select exists (select from pg_roles where rolname = 'pg_read_all_data' and pg_has_role(oid, 'member'))
            """), "This PostgreSQL, or its user, has no role that may read the log and no statistics.");
        await using var humble = new Node(node.ConnectionString + ";Options=-c role=pg_read_all_data");
        await using var forgotten = await OpenTransaction.Begin(node.ConnectionString, "a forgotten tool");
        await forgotten.Run("select pg_current_xact_id()");
        await node.Create();

        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        LogBlocker? blocker = null;
        while (!patience.IsCancellationRequested && blocker is null)
        {
            await node.Run("select pg_sleep(0.01)");
            blocker = (await humble.Log.FindBlockers(TimeSpan.Zero, CancellationToken.None))
                .SingleOrDefault(found => found.ProcessId == forgotten.ProcessId);
        }

        blocker.ShouldNotBeNull().Application.ShouldBe("a forgotten tool");
        (await humble.Log.FindBlockers(TimeSpan.FromHours(1), CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_prepared_transaction_is_named_as_well()
    {
        Assert.SkipWhen(await node.Ask<string>("show max_prepared_transactions") == "0",
            "This PostgreSQL allows no prepared transactions.");
        var name = $"forgotten {Guid.CreateVersion7()}";
        await using (var prepared = await OpenTransaction.Begin(node.ConnectionString))
        {
            await Append(prepared);
            await prepared.Run($"prepare transaction '{name}'");
        }

        try
        {
            var blocker = await FindBlocker(found => found.Application.EndsWith(name, StringComparison.Ordinal));
            blocker.ProcessId.ShouldBe(0);
        }
        finally
        {
            await node.Run($"rollback prepared '{name}'");
        }
    }

    async Task<LogBlocker> FindBlocker(Func<LogBlocker, bool> isIt) =>
        (await node.Log.FindBlockers(TimeSpan.Zero, CancellationToken.None)).Single(isIt);

    async Task<List<LoggedEvent>> Read(int count, int page = 100)
    {
        var (events, position) = (new List<LoggedEvent>(), LogPosition.Start);
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (events.Count < count && !patience.IsCancellationRequested)
        {
            var next = await node.Log.ReadAfter(position, page, CancellationToken.None);
            next.Count.ShouldBeLessThanOrEqualTo(page);
            if (next.Count == 0)
                await node.Run("select pg_sleep(0.005)");
            events.AddRange(next);
            position = events.Count == 0 ? position : events[^1].Position;
        }

        return events;
    }

    static async Task CommitOldest(Queue<OpenTransaction> open)
    {
        await using var oldest = open.Dequeue();
        await oldest.Commit();
    }

    /// <summary>Writes an event of a new stream directly with SQL.</summary>
    static async Task<SessionAddress> Append(OpenTransaction transaction)
    {
        var address = NodeSentences.NewAddress();
        await transaction.Run($$"""
            insert into event_store.events
                (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
            values (now(), '{{address.Id}}', '{{address.Owner}}', 1, '{{Guid.CreateVersion7()}}',
                    'session_canceled', 1, '{}', '{"origin":"test"}')
            """);
        return address;
    }
}
