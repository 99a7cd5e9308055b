using System.Runtime.InteropServices;

namespace Sessions.Faults.Arenas;

/// <summary>
/// What must not outlive this process, however it ends: each start says how to undo it, and the last is undone first.
/// A signal does not wait for the tests, which would go on with it for minutes.
/// </summary>
static class Leftovers
{
    static readonly Lock Gate = new();

    /// <summary>Held while all is undone: a second signal must not end the process in the middle.</summary>
    static readonly Lock Undoing = new();

    static readonly List<Entry> Kept = [];

    static readonly PosixSignalRegistration[] Signals =
    [
        EndBy(PosixSignal.SIGHUP, 1), EndBy(PosixSignal.SIGINT, 2), EndBy(PosixSignal.SIGQUIT, 3), EndBy(PosixSignal.SIGTERM, 15),
    ];

    static bool isEnding;

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => UndoAll();

    /// <summary>Remembers how to undo something, until the result is disposed of.</summary>
    /// <exception cref="OperationCanceledException">This process ends; it is undone already.</exception>
    public static IDisposable Undo(Action undo)
    {
        var entry = new Entry(undo);
        lock (Gate)
        {
            Kept.Add(entry);
            if (!isEnding)
                return entry;
        }

        UndoAll();
        throw new OperationCanceledException("This process ends.");
    }

    static PosixSignalRegistration EndBy(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        UndoAll();
        // As a shell tells of it.
        Environment.Exit(128 + number);
    });

    static void UndoAll()
    {
        lock (Undoing)
        {
            while (Next() is { } entry)
                TryUndo(entry);
        }
    }

    /// <summary>Whatever becomes of one, the others must go all the same.</summary>
    static void TryUndo(Entry entry)
    {
        try
        {
            entry.Undo();
        }
        catch (Exception failed)
        {
            Console.Error.WriteLine(failed.Message);
        }
    }

    static Entry? Next()
    {
        lock (Gate)
        {
            isEnding = true;
            var last = Kept.LastOrDefault();
            if (last is not null)
                Kept.Remove(last);
            return last;
        }
    }

    sealed class Entry(Action undo) : IDisposable
    {
        public void Undo() => undo();

        public void Dispose()
        {
            lock (Gate)
                Kept.Remove(this);
        }
    }
}
