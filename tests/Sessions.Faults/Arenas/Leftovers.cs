using System.Runtime.InteropServices;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Undoes what must not outlive this process, however it ends. Each start registers how to undo it; the last is undone
/// first. A signal is obeyed at once, because the tests would go on for minutes.
/// </summary>
static class Leftovers
{
    static readonly Lock Gate = new();

    /// <summary>Held while everything is undone: a second signal must not end the process in the middle.</summary>
    static readonly Lock Undoing = new();

    static readonly List<Entry> Kept = [];

    static readonly PosixSignalRegistration[] Signals =
    [
        EndBy(PosixSignal.SIGHUP, 1), EndBy(PosixSignal.SIGINT, 2), EndBy(PosixSignal.SIGQUIT, 3), EndBy(PosixSignal.SIGTERM, 15),
    ];

    static bool isEnding;

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => UndoAll();

    /// <summary>Registers how to undo something, until the result is disposed of.</summary>
    /// <exception cref="OperationCanceledException">This process is ending; it has already been undone.</exception>
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
        // The exit code that a shell gives a process ended by a signal.
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

    /// <summary>A failure of one must not keep the others from being undone.</summary>
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
