namespace Sessions.Storage.Commands;

/// <summary>
/// Answers the callers of a batch of commands, or of one that failed, one after another, on one thread of
/// the pool: the lane goes on to its next batch at once, and no thread is woken for each caller.
/// </summary>
static class Answers
{
    public static void Give<TState>(TState state, Action<TState> answer) =>
        ThreadPool.UnsafeQueueUserWorkItem(answer, state, preferLocal: false);
}
