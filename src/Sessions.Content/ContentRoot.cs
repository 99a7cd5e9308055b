namespace Sessions.Content;

/// <summary>
/// The folder that all content lies in. It decides which names count, and it is the only place where a name becomes a
/// path.
/// </summary>
internal sealed class ContentRoot
{
    /// <summary>The root at this path, which need not exist yet.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public ContentRoot(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        FullPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>The root itself, absolute. The operator chose it, so it may be a link.</summary>
    public string FullPath { get; }

    /// <summary>
    /// Whether a file or folder of this name is part of the library. Names with a leading dot are hidden, so that files
    /// can be brought in under them. Names with a separator or a control character are refused: clients write files under
    /// the names that they get, and XML cannot carry control characters.
    /// </summary>
    public static bool Counts(string name) =>
        name.Length > 0 && name[0] != '.' && !name.Any(c => c is '/' or '\\' || char.IsControl(c));

    /// <summary>
    /// Where a folder or a file of these names lies, as a <c>file:</c> URI. It follows from the names alone: the disk is
    /// not asked whether anything is there.
    /// </summary>
    public Uri Locate(params ReadOnlySpan<string> names)
    {
        var path = FullPath;
        foreach (var name in names)
            path = Path.Join(path, name);

        // The framework would take a percent sign in a name for an escape.
        return new Uri("file://" + string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)));
    }

    /// <summary>
    /// The absolute path of a file, or null when no such file lies inside of the root: it is gone, a
    /// name is not one that counts, or there is a symbolic link on the way. A link may have been put
    /// there since the scan, so the disk is asked again.
    /// </summary>
    public string? Find(string library, string item, string file)
    {
        var path = FullPath;
        foreach (var name in (ReadOnlySpan<string>)[library, item, file])
        {
            if (!Counts(name))
                return null;

            var next = Path.GetFullPath(Path.Join(path, name));

            // Some systems give a name more meanings than one: drives, streams, trailing dots.
            if (Path.GetDirectoryName(next) != path || Path.GetFileName(next) != name)
                return null;

            if (new FileInfo(next).LinkTarget is not null)
                return null;

            path = next;
        }

        return new FileInfo(path) is { Exists: true } found && RegularFile.Is(found) ? path : null;
    }
}
