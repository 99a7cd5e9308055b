using Microsoft.Extensions.Logging;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>
/// The content library as it is now: holds the catalog of the last scan, and scans again when the
/// folder changes. Any thread may call anything; reading <see cref="Current"/> costs nothing.
/// </summary>
/// <remarks>
/// A file is best brought in under a name with a leading dot and then renamed: it appears at once and
/// whole. One that is written in place appears early, and again with each new size.
/// </remarks>
public sealed class ContentLibrary : IDisposable, IAsyncDisposable
{
    /// <summary>How long notifications of changes must have been silent before a scan.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that a change goes unseen when no notification reports it.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    /// <summary>The least time between two scans for items that this node has not seen.</summary>
    public static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    /// <summary>Unbuffered: callers that read whole files bring their own buffers.</summary>
    static readonly FileStreamOptions Reading = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.SequentialScan,
        BufferSize = 0,
    };

    readonly ContentRoot root;
    readonly ContentScanner scanner;
    readonly TimeProvider clock;
    readonly ILogger<ContentLibrary> logger;
    readonly Lock scanning = new();
    long scannedAt;
    volatile ContentCatalog current = ContentCatalog.Empty;
    volatile Exception? scanFailure;
    volatile bool hasBeenRead;

    /// <summary>
    /// Reads the library and begins to watch it. A root that cannot be read is logged and tried again at each poll; until
    /// then the library is empty.
    /// </summary>
    /// <param name="root">The content root, <c>Content:Root</c> of the configuration.</param>
    /// <param name="clock">Times the waits before scans.</param>
    /// <param name="logger">Where changes and failures are logged.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public ContentLibrary(string root, TimeProvider clock, ILogger<ContentLibrary> logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        this.root = new ContentRoot(root);
        this.logger = logger;
        this.clock = clock;
        scanner = new ContentScanner(this.root, logger);

        // First the watch and then the scan, so that no change falls between the two.
        Watch = new FolderWatch(this.root.FullPath, clock, logger, look: ScanSawChange);
        Rescan();
    }

    /// <summary>The catalog of the last scan that succeeded; empty before there was one.</summary>
    public ContentCatalog Current => current;

    /// <summary>Why the last scan failed, for health checks; null when it succeeded.</summary>
    public Exception? ScanFailure => scanFailure;

    /// <summary>
    /// Whether any scan has succeeded: then the current catalog was true once, though perhaps not any more.
    /// </summary>
    public bool HasBeenRead => hasBeenRead;

    internal FolderWatch Watch { get; }

    /// <summary>
    /// Scans now, and returns the catalog that is then current: the very same as before when nothing
    /// has changed, and also when the scan failed, which is logged and not thrown.
    /// </summary>
    public ContentCatalog Rescan()
    {
        lock (scanning)
        {
            try
            {
                var scanned = scanner.Scan();
                (scanFailure, hasBeenRead) = (null, true);
                if (!scanned.SameAs(current))
                    Publish(scanned);
            }
            catch (Exception exception)
            {
                // Catches everything: the old catalog serves, an exception on a timer's thread ends the process.
                scanFailure = exception;
                // A disk that cannot be read is no fault of this program: the message is enough.
                var trace = exception is IOException or UnauthorizedAccessException ? null : exception;
                if (hasBeenRead)
                    logger.ScanFailed(root.FullPath, exception.Message, trace);
                else
                    logger.NeverScanned(root.FullPath, exception.Message, trace);
            }

            // The end of the scan and not its beginning: a scan may take longer than the pause, and callers that have
            // waited for it must not scan again, one after another.
            scannedAt = clock.GetTimestamp();
            return current;
        }
    }

    /// <summary>
    /// The absolute path of a file's bytes, or null when there is no such file inside of the root: it
    /// or its library is gone, a name would lead elsewhere, or there is a symbolic link on the way.
    /// </summary>
    public string? Path(Item item, string fileName)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(fileName);
        return current.Library(item.LibraryId) is { } library
            ? root.Find(library.Name, item.Name, fileName)
            : null;
    }

    /// <summary>
    /// Where a library lies, as a <c>file:</c> URI for callers who may know. The disk is not read, so this never waits
    /// for it, and a caller who goes there has to see what is there by then.
    /// </summary>
    public Uri Locate(Library library)
    {
        ArgumentNullException.ThrowIfNull(library);
        return root.Locate(library.Name);
    }

    /// <summary>Where a file of an item of a library lies, in the same way.</summary>
    public Uri Locate(Library library, Item item, string fileName)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(fileName);
        return root.Locate(library.Name, item.Name, fileName);
    }

    /// <summary>
    /// Opens a file as a session has pinned it, or returns null when those bytes are not there any more: the file is
    /// gone, of another size, or modified since. A reader keeps reading the file that it opened, even if another one
    /// takes its name.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    public FileStream? Open(Guid itemId, PinnedFile pinned)
    {
        ArgumentNullException.ThrowIfNull(pinned);
        if (Find(itemId) is not { } item || Path(item, pinned.Name) is not { } path)
            return null;

        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, Reading);
            if (stream.Length != pinned.Size || !OpenFile.IsUnmodified(stream.SafeFileHandle, pinned))
                return null;
            var opened = stream;
            stream = null;
            return opened;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Stops watching; a scan that has begun goes on to its end.</summary>
    public void Dispose() => Watch.Dispose();

    /// <summary>Stops watching, and waits for a scan that has begun.</summary>
    public ValueTask DisposeAsync() => Watch.DisposeAsync();

    /// <summary>
    /// The item of a session. On a shared disk another node may have seen it before this one did: then this node scans at
    /// once, unless it has just done so.
    /// </summary>
    Item? Find(Guid id)
    {
        if (current.Item(id) is { } known)
            return known;

        lock (scanning)
        {
            if (clock.GetElapsedTime(scannedAt) >= LookPause)
                Rescan();
        }

        return current.Item(id);
    }

    bool ScanSawChange()
    {
        var before = current;
        return !ReferenceEquals(Rescan(), before);
    }

    void Publish(ContentCatalog catalog)
    {
        current = catalog;
        logger.CatalogChanged(root.FullPath, catalog.Libraries.Length, catalog.Items.Length);
    }
}
