namespace Sessions.Storage.Commands;

/// <summary>
/// A bounded queue whose waiting entries are processed together. It never waits for a batch to fill: a lone entry goes
/// alone, and batches grow when work arrives faster than it is done.
/// </summary>
/// <param name="queueLimit">How many entries may wait.</param>
/// <param name="batchLimit">How many entries a batch may have.</param>
/// <param name="batchesMax">How many batches may be in flight.</param>
/// <param name="work">
/// Processes a batch. It answers every entry and never throws, not even when memory runs out: nothing here would see the
/// exception, the callers would wait for ever, and with one batch at a time so would all later callers, until the process
/// ends.
/// </param>
sealed class Lane<T>(int queueLimit, int batchLimit, int batchesMax, Func<IReadOnlyList<T>, Task> work) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly Queue<T> waiting = new();
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int batches;
    int inFlight;
    bool isClosed;

    /// <summary>
    /// Queues an entry, unless the queue is full or closed. If a batch can start with it, the calling thread sends the
    /// batch: waking another thread takes longer.
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
            Start(batch);
        return true;
    }

    void Start(List<T> batch) => BareContext.Run(() => _ = Run(batch));

    /// <summary>Processes a batch, then the entries that have queued up meanwhile.</summary>
    async Task Run(List<T>? batch)
    {
        while (batch is not null)
        {
            await work(batch);
            lock (gate)
            {
                (batches, inFlight) = (batches - 1, inFlight - batch.Count);
                batch = Take();
                if (isClosed && batches == 0)
                    done.TrySetResult();
            }
        }
    }

    /// <summary>
    /// The next batch, if one should start now. While one is in flight, a second hides the latency of disk and network,
    /// but two halves cost more than a whole. So the second starts once as many entries wait as are in flight.
    /// </summary>
    List<T>? Take()
    {
        if (waiting.Count == 0 || batches == batchesMax || waiting.Count < inFlight)
            return null;

        var batch = new List<T>(Math.Min(batchLimit, waiting.Count));
        while (batch.Count < batchLimit && waiting.TryDequeue(out var entry))
            batch.Add(entry);
        (batches, inFlight) = (batches + 1, inFlight + batch.Count);
        return batch;
    }

    /// <summary>Accepts no more entries, and waits until the accepted ones are done.</summary>
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
