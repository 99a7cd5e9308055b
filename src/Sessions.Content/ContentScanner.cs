using System.Collections.Immutable;
using System.Security;
using Microsoft.Extensions.Logging;

namespace Sessions.Content;

/// <summary>
/// Reads the content root into a catalog. A file or folder that vanishes meanwhile is left out silently, because a change
/// is under way and another scan follows. One that cannot be read is left out and logged, once and not at every scan.
/// Symbolic links are never followed, so none leads out of the root or in a circle, and the same bytes are not served
/// under two ids.
/// </summary>
/// <remarks>The caller must run one scan at a time.</remarks>
public sealed class ContentScanner
{
    static readonly EnumerationOptions AllButLinks = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    readonly ContentRoot root;
    readonly ILogger logger;
    HashSet<string> unreadableBefore = [];
    HashSet<string> unreadable = [];

    /// <summary>A scanner of the content root at this path.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public ContentScanner(string root, ILogger logger)
        : this(new ContentRoot(root), logger)
    {
    }

    internal ContentScanner(ContentRoot root, ILogger logger) => (this.root, this.logger) = (root, logger);

    /// <summary>Reads the whole folder; of the files, only names, sizes and times.</summary>
    /// <exception cref="IOException">The root itself is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The root itself may not be read.</exception>
    public ContentCatalog Scan()
    {
        unreadable = [];
        var libraries = new List<Library>();
        var items = new List<Item>();
        foreach (var folder in Folders(new DirectoryInfo(root.FullPath)))
        {
            if (Try(folder, ReadLibrary) is not { } read)
                continue;

            libraries.Add(read.Library);
            items.AddRange(read.Items);
        }

        foreach (var path in unreadableBefore.Except(unreadable, StringComparer.Ordinal))
            logger.ReadableAgain(path);

        unreadableBefore = unreadable;
        return new ContentCatalog(libraries, items);
    }

    (Library Library, List<Item> Items)? ReadLibrary(DirectoryInfo folder)
    {
        var times = Times(folder);
        var items = Folders(folder).Select(item => Try(item, ReadItem)).OfType<Item>().ToList();
        var library = new Library(
            ContentId.OfLibrary(folder.Name),
            folder.Name,
            times.Min(),
            items.Select(item => item.ModifiedAt).Concat(times).Max());
        return (library, items);
    }

    Item? ReadItem(DirectoryInfo folder)
    {
        // The folder's own times are read first: a file that comes afterwards gives the item a
        // newer time at the next scan, never one that has been seen already.
        var times = Times(folder);
        var files = folder.EnumerateFiles("*", AllButLinks)
            .Where(file => ContentRoot.Counts(file.Name))
            .Select(file => Try(file, ReadFile))
            .OfType<ItemFile>()
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToImmutableArray();

        times.AddRange(files.Select(file => file.ModifiedAt));
        var modifiedAt = times.Max();
        var library = folder.Parent!.Name;
        return new Item(
            ContentId.OfItem(library, folder.Name),
            ContentId.OfLibrary(library),
            folder.Name,
            ItemType.Guess([.. files.Select(file => file.Name)]),
            files.Sum(file => file.Size),
            FileTime.Version(modifiedAt),
            ContentVersion.Of(files),
            times.Min(),
            modifiedAt,
            files);
    }

    static ItemFile? ReadFile(FileInfo file) =>
        RegularFile.Is(file)
            ? new ItemFile(file.Name, file.Length, FileTime.Of(file.LastWriteTimeUtc))
            : null;

    static IEnumerable<DirectoryInfo> Folders(DirectoryInfo parent) =>
        parent.EnumerateDirectories("*", AllButLinks).Where(folder => ContentRoot.Counts(folder.Name));

    static List<DateTimeOffset> Times(DirectoryInfo folder) =>
        [FileTime.Of(folder.CreationTimeUtc), FileTime.Of(folder.LastWriteTimeUtc)];

    TResult? Try<TEntry, TResult>(TEntry entry, Func<TEntry, TResult?> read)
        where TEntry : FileSystemInfo
    {
        try
        {
            return read(entry);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            return default;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or SecurityException)
        {
            unreadable.Add(entry.FullName);
            if (!unreadableBefore.Contains(entry.FullName))
                logger.Unreadable(entry.FullName, exception);
            return default;
        }
    }
}
