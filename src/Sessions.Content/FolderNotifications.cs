namespace Sessions.Content;

/// <summary>The system's notifications of changes below a folder, hidden files left out.</summary>
internal sealed class FolderNotifications : IDisposable
{
    const NotifyFilters WhateverAScanSees = NotifyFilters.FileName | NotifyFilters.DirectoryName
        | NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.Attributes | NotifyFilters.Security;

    readonly FileSystemWatcher watcher;
    readonly Action changed;

    /// <summary>Begins to listen.</summary>
    /// <param name="root">The folder, absolute.</param>
    /// <param name="changed">Called for each notification, from any thread.</param>
    /// <param name="lost">Called when notifications were lost, or none come any more.</param>
    /// <exception cref="ArgumentException">The folder does not exist.</exception>
    /// <exception cref="IOException">The system has no more watches to give.</exception>
    public FolderNotifications(string root, Action changed, Action<Exception> lost)
    {
        this.changed = changed;
        watcher = new FileSystemWatcher(root)
        {
            IncludeSubdirectories = true,
            NotifyFilter = WhateverAScanSees,
        };
        watcher.Created += (_, change) => Noticed(change.Name);
        watcher.Changed += (_, change) => Noticed(change.Name);
        watcher.Deleted += (_, change) => Noticed(change.Name);
        watcher.Renamed += (_, change) => Noticed(change.OldName, change.Name);
        watcher.Error += (_, error) => lost(error.GetException());
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening; a notification under way may still arrive.</summary>
    public void Dispose() => watcher.Dispose();

    /// <summary>
    /// Whether a change at this path, relative to the root, may change the catalog. Hidden files are no part of the
    /// library; a change at an unknown path always counts.
    /// </summary>
    public static bool Matters(string? path) =>
        path is null || Array.TrueForAll(path.Split(Path.DirectorySeparatorChar), ContentRoot.Counts);

    void Noticed(params ReadOnlySpan<string?> paths)
    {
        foreach (var path in paths)
        {
            if (Matters(path))
            {
                changed();
                return;
            }
        }
    }
}
