namespace Sessions.Cli.Frame;

/// <summary>
/// A file that a command writes. The bytes go to a file beside it, which replaces it once complete, so that a command
/// that fails does not destroy an existing file. A pipe or a device is written directly.
/// </summary>
internal sealed class OutputFile : IAsyncDisposable
{
    readonly string path;
    readonly string? beside;

    OutputFile(Stream stream, string path, string? beside) => (Stream, this.path, this.beside) = (stream, path, beside);

    /// <summary>Gets the bytes. Opened only for writing: a pipe opened for reading too would be its own reader.</summary>
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
            // A link stays, and its target is replaced.
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            // A user who may not read the old file may not read the new one.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = File.GetUnixFileMode(path);
        }

        return new OutputFile(new FileStream(path + ".part", options), path, path + ".part");
    }

    /// <summary>Replaces the file with what was written.</summary>
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

    /// <summary>Whether the path is among the devices, but not in shared memory, which has regular files.</summary>
    static bool IsDevice(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal)
        || path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
