namespace Sessions.Storage.Commands;

/// <summary>
/// Begins work for many on the thread of one of them. What he carries with him, as his trace and the scope of his log, must
/// not be taken for that of all, and would be held for as long as others come behind him.
/// </summary>
static class BareContext
{
    static readonly ExecutionContext Bare = Capture();

    /// <summary>Runs it on this thread, with nothing of what the caller carries.</summary>
    public static void Run(Action work) => ExecutionContext.Run(Bare, static work => ((Action)work!)(), work);

    /// <summary>A thread that is started so has nothing of whoever starts it.</summary>
    static ExecutionContext Capture()
    {
        ExecutionContext? bare = null;
        var thread = new Thread(() => bare = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return bare!;
    }
}
