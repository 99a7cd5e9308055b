using System.Security.Cryptography;

namespace Sessions.Storage.Local;

/// <summary>A private PostgreSQL's folder: its data, its log, its password, and the lock that marks its owner.</summary>
/// <param name="path">Its absolute path.</param>
sealed class ClusterFolder(string path)
{
    /// <summary>The folder itself.</summary>
    public string FullPath { get; } = path;

    public string Data { get; } = Path.Combine(path, "data");

    public string Log { get; } = Path.Combine(path, "postgresql.log");

    /// <summary>The file that holds the password.</summary>
    public string Password { get; } = Path.Combine(path, "password");

    /// <summary>The file in which a running server notes its process and its port.</summary>
    public string Note => Path.Combine(Data, "postmaster.pid");

    public bool HasCluster => File.Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>
    /// The lock that makes its holder the owner, or null while another process has it. It is the operating system's, so
    /// it cannot outlive its owner. Any other failure, such as an unwritable disk, is thrown: waiting would not help.
    /// </summary>
    public FileStream? TryOwn()
    {
        try
        {
            return new FileStream(
                Path.Combine(FullPath, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }
    }

    /// <summary>Makes a password, in a file that only its owner may read.</summary>
    public async Task MakePassword()
    {
        // An existing file would keep its mode.
        File.Delete(Password);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(Password, options);
        await file.WriteAsync(RandomNumberGenerator.GetHexString(32, lowercase: true));
    }

    /// <exception cref="PostgresFailedException">The file is gone, and a cluster exists that needs it.</exception>
    public async Task<string> ReadPassword(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(Password, cancellation);
        }
        catch (FileNotFoundException)
        {
            throw new PostgresFailedException(
                $"A PostgreSQL runs in {FullPath}, but {Password}, the file with its password, is gone. Restore the file, "
                + "or stop PostgreSQL and remove the folder.");
        }
    }

    /// <summary>The system's error for a file that another process has locked: 11 on Linux, 35 on macOS.</summary>
    static bool IsTaken(IOException error) => error.HResult is 11 or 35;
}
