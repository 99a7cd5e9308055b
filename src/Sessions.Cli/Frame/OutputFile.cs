namespace Sessions.Cli.Frame;

/// <summary>
/// A file that a command writes: beside it, and in its place once it is whole, so that one that was there is not lost
/// to a command that fails. What is no regular file, a pipe or a device, is written straight.
/// </summary>
internal sealed class OutputFile : IAsyncDisposable
{
    readonly string path;
    readonly string? beside;

    OutputFile(Stream stream, string path, string? beside) => (Stream, this.path, this.beside) = (stream, path, beside);

    /// <summary>Takes the bytes. For writing alone: a pipe that is open for reading as well has always a reader, itself.</summary>
    public Stream Stream { get; }

    /// <summary>Opens the file.</summary>
    public static OutputFile Open(string path)
    {
        if (path == "/dev/stdout")
            return new OutputFile(StandardOutput.Open(), path, beside: null);
        if (Directory.Exists(path))
            throw new CommandException(ExitCode.Usage, $"{path} is a folder.");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (File.Exists(path))
        {
            var there = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
            if (!there.CanSeek || IsDevice(path))
                return new OutputFile(there, path, beside: null);
            there.Dispose();
            // A link stays one, and what it leads to is exchanged.
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            // Who may not read the one may not read the other.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = File.GetUnixFileMode(path);
        }

        return new OutputFile(new FileStream(path + ".part", options), path, path + ".part");
    }

    /// <summary>Puts what was written in the file's place.</summary>
    public async Task Complete()
    {
        await Stream.DisposeAsync();
        if (beside is not null)
            File.Move(beside, path, overwrite: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (beside is not null)
            File.Delete(beside);
    }

    /// <summary>Whether it stands where devices do; in their folder for shared memory are files.</summary>
    static bool IsDevice(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal)
        || path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
