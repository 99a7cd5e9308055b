using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>Which batches start, and when.</summary>
public sealed class LaneTests : IDisposable
{
    readonly List<(int[] Entries, TaskCompletionSource End)> batches = [];
    readonly SemaphoreSlim setOut = new(0);

    public void Dispose() => setOut.Dispose();

    [Fact]
    public async Task An_entry_alone_goes_alone_and_what_comes_meanwhile_goes_together()
    {
        var lane = Open(batchesMax: 1);
        Add(lane, 1);
        await Departure();
        Add(lane, 2, 3, 4);

        batches[0].End.SetResult();
        await Departure();

        batches.Select(batch => batch.Entries).ShouldBe([[1], [2, 3, 4]]);
        await Close(lane);
    }

    [Fact]
    public async Task A_further_batch_sets_out_when_as_many_wait_as_are_on_their_way()
    {
        var lane = Open(batchesMax: 2);
        Add(lane, 1);
        await Departure();
        Add(lane, 2);
        await Departure();
        Add(lane, 3, 4, 5);
        batches[0].End.SetResult();
        await Departure();
        batches[1].End.SetResult();
        Add(lane, 6, 7);
        batches.Count.ShouldBe(3, "two wait, and three are on their way");

        Add(lane, 8);
        await Departure();

        batches.Select(batch => batch.Entries).ShouldBe([[1], [2], [3, 4, 5], [6, 7, 8]]);
        await Close(lane);
    }

    [Fact]
    public async Task What_whoever_comes_first_carries_with_him_goes_with_no_batch()
    {
        var carried = new AsyncLocal<string?> { Value = "the trace of the first" };
        var seen = new List<string?>();
        var lane = new Lane<int>(queueLimit: 2, batchLimit: 1, batchesMax: 1, async _ =>
        {
            seen.Add(carried.Value);
            await Task.Yield();
            seen.Add(carried.Value);
        });

        Add(lane, 1, 2);
        await lane.DisposeAsync();

        seen.ShouldBe([null, null, null, null]);
        carried.Value.ShouldBe("the trace of the first");
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_and_a_closed_one_finishes_what_it_took()
    {
        var lane = Open(batchesMax: 1, queueLimit: 2);
        Add(lane, 1);
        await Departure();
        Add(lane, 2, 3);
        lane.TryAdd(4).ShouldBeFalse();

        var closing = lane.DisposeAsync().AsTask();
        lane.TryAdd(5).ShouldBeFalse();
        closing.IsCompleted.ShouldBeFalse();
        batches[0].End.SetResult();
        await Departure();
        batches[1].End.SetResult();
        await closing.WaitAsync(StoreSentences.Patience);

        batches.Select(batch => batch.Entries).ShouldBe([[1], [2, 3]]);
    }

    Lane<int> Open(int batchesMax, int queueLimit = 100) => new(queueLimit, batchLimit: 10, batchesMax, batch =>
    {
        var end = new TaskCompletionSource();
        lock (batches)
            batches.Add(([.. batch], end));
        setOut.Release();
        return end.Task;
    });

    Task Departure() => setOut.WaitAsync().WaitAsync(StoreSentences.Patience);

    static void Add(Lane<int> lane, params int[] entries)
    {
        foreach (var entry in entries)
            lane.TryAdd(entry).ShouldBeTrue();
    }

    Task Close(Lane<int> lane)
    {
        foreach (var (_, end) in batches)
            end.TrySetResult();
        return lane.DisposeAsync().AsTask().WaitAsync(StoreSentences.Patience);
    }
}
