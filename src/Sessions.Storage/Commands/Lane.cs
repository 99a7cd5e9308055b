namespace Sessions.Storage.Commands;

/// <summary>
/// A bounded queue whose waiting entries are worked on together. It never lingers: an entry alone
/// goes alone, and batches grow by themselves when work arrives faster than it is done.
/// </summary>
/// <param name="queueLimit">How many entries may wait.</param>
/// <param name="batchLimit">How many are worked on at once.</param>
/// <param name="batchesMax">How many batches may be on their way.</param>
/// <param name="work">
/// Does the work. It answers every entry and never throws, be it that memory has run out: nobody would see it here, the
/// callers would wait for ever, and with one batch at a time so would all behind them, for as long as the process lives.
/// </param>
sealed class Lane<T>(int queueLimit, int batchLimit, int batchesMax, Func<IReadOnlyList<T>, Task> work) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly Queue<T> waiting = new();
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int batches;
    int onTheirWay;
    bool isClosed;

    /// <summary>
    /// Queues an entry, unless the queue is full or closed. If a batch is to set out with it, this thread sends it: to wake
    /// another one takes longer.
    /// </summary>
    public bool TryAdd(T entry)
    {
        List<T>? batch;
        lock (gate)
        {
            if (isClosed || waiting.Count >= queueLimit)
                return false;
            waiting.Enqueue(entry);
            batch = Take();
        }

        if (batch is not null)
            SetOut(batch);
        return true;
    }

    void SetOut(List<T> batch) => BareContext.Run(() => _ = Run(batch));

    /// <summary>Works on a batch, and then on those that wait by then.</summary>
    async Task Run(List<T>? batch)
    {
        while (batch is not null)
        {
            await work(batch);
            lock (gate)
            {
                (batches, onTheirWay) = (batches - 1, onTheirWay - batch.Count);
                batch = Take();
                if (isClosed && batches == 0)
                    done.TrySetResult();
            }
        }
    }

    /// <summary>
    /// The next batch, if it is to set out now. While one is on its way, another hides the disk's time
    /// and the network's, but two halves cost more than a whole: so it goes when as many wait.
    /// </summary>
    List<T>? Take()
    {
        if (waiting.Count == 0 || batches == batchesMax || waiting.Count < onTheirWay)
            return null;

        var batch = new List<T>(Math.Min(batchLimit, waiting.Count));
        while (batch.Count < batchLimit && waiting.TryDequeue(out var entry))
            batch.Add(entry);
        (batches, onTheirWay) = (batches + 1, onTheirWay + batch.Count);
        return batch;
    }

    /// <summary>Takes no more, and waits until what was taken is done.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
            if (batches == 0)
                done.TrySetResult();
        }

        await done.Task;
    }
}
