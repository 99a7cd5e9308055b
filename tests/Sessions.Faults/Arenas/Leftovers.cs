using System.Collections.Concurrent;

namespace Sessions.Faults.Arenas;

/// <summary>What must not outlive this process, however it ends: each start says how to undo it.</summary>
static class Leftovers
{
    static readonly ConcurrentDictionary<Guid, Action> Undone = new();

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var undo in Undone.Values)
            undo();
    };

    /// <summary>Remembers how to undo something, until the result is disposed of.</summary>
    public static IDisposable Undo(Action undo)
    {
        var key = Guid.CreateVersion7();
        Undone[key] = undo;
        return new Entry(key);
    }

    sealed class Entry(Guid key) : IDisposable
    {
        public void Dispose() => Undone.TryRemove(key, out _);
    }
}
