using Microsoft.Extensions.Logging;

namespace Sessions.Content;

/// <summary>
/// Decides when a folder should be scanned: a short while after the system's notifications of changes have fallen silent,
/// and now and then without any, because shared disks such as NFS send none for changes by another machine. A watcher
/// that lost notifications is replaced.
/// </summary>
internal sealed class FolderWatch : IDisposable, IAsyncDisposable
{
    readonly string root;
    readonly ILogger logger;
    readonly Func<bool> look;
    readonly ITimer quiet;
    readonly ITimer poll;
    readonly Lock listening = new();
    FolderNotifications? notifications;
    volatile bool deaf = true;
    bool complained;
    bool disposed;

    /// <summary>Begins to watch.</summary>
    /// <param name="root">The folder, absolute; it need not exist yet.</param>
    /// <param name="clock">Times the waits.</param>
    /// <param name="logger">Where lost notifications are logged.</param>
    /// <param name="look">Looks at the folder, from a timer's thread, and says whether it had changed.
    /// It must not throw.</param>
    public FolderWatch(string root, TimeProvider clock, ILogger logger, Func<bool> look)
    {
        (this.root, this.logger, this.look) = (root, logger, look);
        quiet = clock.CreateTimer(_ => Quiet(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        poll = clock.CreateTimer(_ => Poll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Listen();
        poll.Change(ContentLibrary.PollInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notifications were lost, so the folder must be scanned again, with a new watcher.</summary>
    public void Failed(Exception exception)
    {
        logger.WatcherFailed(root, exception);
        deaf = true;
        Stir();
    }

    /// <summary>Stops watching; a look that has begun goes on.</summary>
    public void Dispose()
    {
        quiet.Dispose();
        poll.Dispose();
        StopListening();
    }

    /// <summary>Stops watching, and waits for a look that has begun.</summary>
    public async ValueTask DisposeAsync()
    {
        StopListening();
        await quiet.DisposeAsync();
        await poll.DisposeAsync();
    }

    // Each notification restarts the wait. Changes without end do not put a scan off for ever: there is still the poll.
    void Stir() => quiet.Change(ContentLibrary.QuietTime, Timeout.InfiniteTimeSpan);

    void Quiet()
    {
        if (deaf)
            Listen();
        look();
    }

    void Poll()
    {
        if (deaf)
            Listen();

        // A change that only the poll has seen means that no notifications come: the disk is shared, or another folder
        // was moved to this place and the watcher still listens to the old one.
        if (look())
            Listen();

        // Not periodic: scans that take longer than the interval would pile up.
        poll.Change(ContentLibrary.PollInterval, Timeout.InfiniteTimeSpan);
    }

    void Listen()
    {
        lock (listening)
        {
            if (disposed)
                return;

            notifications?.Dispose();
            notifications = null;
            try
            {
                // Set before the watcher listens: it may fail again at once, on another thread.
                deaf = false;
                notifications = new FolderNotifications(root, Stir, Failed);
                complained = false;
            }
            catch (Exception exception)
                when (exception is IOException or ArgumentException or UnauthorizedAccessException)
            {
                deaf = true;
                if (!complained)
                    logger.CannotWatch(root, ContentLibrary.PollInterval, exception.Message);
                complained = true;
            }
        }
    }

    void StopListening()
    {
        lock (listening)
        {
            disposed = true;
            notifications?.Dispose();
            notifications = null;
        }
    }
}
