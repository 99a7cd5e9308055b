namespace Sessions.Storage.Commands;

/// <summary>
/// Starts work for many callers on one caller's thread, without that caller's execution context. Its trace and log scope
/// must not be attributed to all of them, and would stay referenced for as long as other callers queue up behind it.
/// </summary>
static class BareContext
{
    static readonly ExecutionContext Bare = Capture();

    /// <summary>Runs the work on this thread, without the caller's execution context.</summary>
    public static void Run(Action work) => ExecutionContext.Run(Bare, static work => ((Action)work!)(), work);

    /// <summary>A thread started with <c>UnsafeStart</c> inherits no context from its starter.</summary>
    static ExecutionContext Capture()
    {
        ExecutionContext? bare = null;
        var thread = new Thread(() => bare = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return bare!;
    }
}
