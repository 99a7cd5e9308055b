using System.Threading.Channels;

namespace Sessions.Storage;

/// <summary>
/// A bounded queue whose waiting entries are worked on together. It never lingers: an entry alone
/// goes alone, and the batch grows by itself when work arrives faster than it is done.
/// </summary>
sealed class Lane<T> : IAsyncDisposable
{
    readonly Channel<T> queue;
    readonly int batchLimit;
    readonly Func<IReadOnlyList<T>, Task> work;
    readonly Task loop;

    /// <summary>Opens the lane.</summary>
    /// <param name="queueLimit">How many entries may wait.</param>
    /// <param name="batchLimit">How many are worked on at once.</param>
    /// <param name="work">Does the work. It answers every entry and never throws.</param>
    public Lane(int queueLimit, int batchLimit, Func<IReadOnlyList<T>, Task> work)
    {
        this.batchLimit = batchLimit;
        this.work = work;
        queue = Channel.CreateBounded<T>(new BoundedChannelOptions(queueLimit) { SingleReader = true });
        loop = Task.Run(Run);
    }

    /// <summary>Queues an entry, unless the queue is full or closed.</summary>
    public bool TryAdd(T entry) => queue.Writer.TryWrite(entry);

    async Task Run()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            var batch = new List<T>();
            while (batch.Count < batchLimit && queue.Reader.TryRead(out var entry))
                batch.Add(entry);
            await work(batch);
        }
    }

    /// <summary>Takes no more, and waits until what was taken is done.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }
}
