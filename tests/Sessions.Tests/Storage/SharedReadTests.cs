using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>
/// Reads that wait at the same time become one query. Here the only connection is taken until the reads wait.
/// </summary>
public sealed class SharedReadTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(
        await postgres.CreateDatabase() + ";MaxPoolSize=1", options: StoreSentences.OneLane);

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Each_reader_gets_his_own_session()
    {
        var addresses = new List<SessionAddress>();
        foreach (var owner in new[] { "ana", "bo", "ana", "cy" })
            addresses.Add(await node.Create(owner));
        addresses.Add(NodeSentences.NewAddress());
        addresses.Add(addresses[0] with { Owner = "bo" });

        var found = await Together([.. addresses, addresses[1]]);

        found.Select(one => (one.Session as Session.Active)?.Origin.Owner)
            .ShouldBe(["ana", "bo", "ana", "cy", null, null, "bo"]);
        found.Select(one => one.Version).ShouldBe([1, 1, 1, 1, 0, 0, 1]);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_read_harms_no_other_reader()
    {
        var addresses = new List<SessionAddress>();
        for (var i = 0; i < 8; i++)
            addresses.Add(await node.Create());
        await node.Run($$"""
            update event_store.streams set snapshot = '{"lease": 7}' {{addresses[5].Where()}};
            update event_store.events set data = '[]' {{addresses[5].Where()}}
            """);
        var connection = await node.Database.OpenConnectionAsync();
        var loads = addresses.Select(address => node.Store.Load(address)).ToList();

        await connection.DisposeAsync();

        await loads[5].ShouldFail<UnreadableEventException>();
        loads.RemoveAt(5);
        await Task.WhenAll(loads).WaitAsync(StoreSentences.Patience);
    }

    /// <summary>If the queue stopped at this failure, no later reader would ever be answered.</summary>
    [Fact]
    public async Task Memory_that_runs_out_is_told_to_whom_it_ran_out_for_and_the_next_reader_is_answered()
    {
        await using var reads = new SharedRead<int, int>(node.Database, StoreSentences.OneLane, (_, keys) =>
            keys.Contains(1) ? Task.FromException<int[]>(new InsufficientMemoryException()) : Task.FromResult(keys.ToArray()));

        foreach (var _ in Enumerable.Range(0, 3))
            await reads.Read(1).ShouldFail<InsufficientMemoryException>();

        (await reads.Read(2).WaitAsync(StoreSentences.Patience)).ShouldBe(2);
    }

    [Fact]
    public async Task Lists_are_shared_and_kept_apart()
    {
        var (hers, his) = (await node.Create("ana"), await node.Create("bo"));
        var connection = await node.Database.OpenConnectionAsync();
        var asked = new[] { ("ana", (Guid?)null), ("bo", null), ("ana", NodeSentences.Item.ItemId), ("cy", null) }
            .Select(one => node.List.Of(one.Item1, one.Item2)).ToArray();

        await connection.DisposeAsync();

        (await Task.WhenAll(asked)).ShouldBe([[hers.Id], [his.Id], [hers.Id], []]);
    }

    [Fact]
    public async Task What_many_ask_for_at_the_same_time_is_asked_once()
    {
        await node.Create("ana");
        var connection = await node.Database.OpenConnectionAsync();
        var asked = Enumerable.Range(0, 20)
            .Select(_ => node.List.Of("ana", itemId: null)).ToArray();

        await connection.DisposeAsync();

        // The first two reads may have gone alone; all later ones share one answer.
        (await Task.WhenAll(asked)).Distinct(ReferenceEqualityComparer.Instance).Count().ShouldBeLessThanOrEqualTo(3);
    }

    async Task<LoadedSession[]> Together(SessionAddress[] addresses)
    {
        var connection = await node.Database.OpenConnectionAsync();
        var loads = addresses.Select(address => node.Store.Load(address)).ToArray();
        await connection.DisposeAsync();
        return await Task.WhenAll(loads).WaitAsync(StoreSentences.Patience);
    }
}
