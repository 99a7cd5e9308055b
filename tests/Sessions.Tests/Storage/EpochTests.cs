using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>A database is restored into a younger cluster: its transaction ids begin again.</summary>
public sealed class EpochTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Old_events_stay_readable_and_new_ones_come_behind()
    {
        var old = await Restored();

        await Servers.Migrator(node.Database).Migrate(CancellationToken.None);
        var young = await node.Create();

        var events = new List<LoggedEvent>();
        using var patience = new CancellationTokenSource(StoreSentences.Patience);
        while (events.Count < 3 && !patience.IsCancellationRequested)
        {
            events = [.. await node.Log.ReadAfter(LogPosition.Start, 10, CancellationToken.None)];
            await node.Run("select pg_sleep(0.005)");
        }

        events.Select(recorded => recorded.Address).ShouldBe([.. old, young]);
        events.Select(recorded => recorded.Position.Epoch).ShouldBe([1, 1, 2]);
    }

    [Fact]
    public async Task One_restore_is_one_epoch_however_many_nodes_start()
    {
        await Restored();
        // The lock releases all migrations at the same moment, when they look for the newest event.
        await using var gate = await OpenTransaction.Begin(node.ConnectionString);
        await gate.Run("lock table event_store.events in access exclusive mode");
        var starts = Enumerable.Range(0, 8).Select(
            _ => Servers.Migrator(node.Database).Migrate(CancellationToken.None)).ToArray();
        await node.UntilLocked(8);

        await gate.Commit();

        await Task.WhenAll(starts).WaitAsync(StoreSentences.Patience);
        await Servers.Migrator(node.Database).Migrate(CancellationToken.None);

        (await node.Ask<int>("select max(epoch) from event_store.epochs")).ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_restore_there_is_no_new_epoch()
    {
        await node.Create();

        await Servers.Migrator(node.Database).Migrate(CancellationToken.None);

        (await node.Ask<int>("select max(epoch) from event_store.epochs")).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_restore_is_a_third_epoch()
    {
        for (var epoch = 2; epoch <= 3; epoch++)
        {
            await Restored();
            await Servers.Migrator(node.Database).Migrate(CancellationToken.None);
            (await node.Ask<int>("select max(epoch) from event_store.epochs")).ShouldBe(epoch);
        }
    }

    /// <summary>Two sessions with transaction ids that this cluster has yet to reach.</summary>
    async Task<List<SessionAddress>> Restored()
    {
        var old = new List<SessionAddress> { await node.Create(), await node.Create() };
        await node.Run("""
            update event_store.events
            set transaction_id = (4000000000000000000 + position)::text::xid8
            where epoch = (select max(epoch) from event_store.epochs)
            """);
        return old;
    }
}
