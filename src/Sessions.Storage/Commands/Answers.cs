namespace Sessions.Storage.Commands;

/// <summary>
/// Answers all callers of a batch of commands, or of a batch of reads that failed, one after another on one thread of the
/// pool. The lane starts its next batch at once, and no thread is woken per caller.
/// </summary>
static class Answers
{
    public static void Give<TState>(TState state, Action<TState> answer) =>
        ThreadPool.UnsafeQueueUserWorkItem(answer, state, preferLocal: false);
}
