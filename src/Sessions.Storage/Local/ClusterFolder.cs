using System.Security.Cryptography;

namespace Sessions.Storage.Local;

/// <summary>A folder that a private PostgreSQL lives in: its data, its log, its password, and the lock of who owns it.</summary>
/// <param name="path">Where; absolute.</param>
sealed class ClusterFolder(string path)
{
    /// <summary>The folder itself.</summary>
    public string FullPath { get; } = path;

    public string Data { get; } = Path.Combine(path, "data");

    public string Log { get; } = Path.Combine(path, "postgresql.log");

    /// <summary>The file that the password is in.</summary>
    public string Password { get; } = Path.Combine(path, "password");

    /// <summary>What a running server has noted of itself.</summary>
    public string Note => Path.Combine(Data, "postmaster.pid");

    public bool HasCluster => File.Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>
    /// The lock that makes its holder the owner, or null while somebody else has it. It is the operating system's, so it cannot
    /// outlive its owner. What else keeps from it, as a disk that cannot be written, does not pass by waiting.
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

    /// <summary>Makes a password, which nobody but us may read.</summary>
    public async Task MakePassword()
    {
        // Of one that was left the mode would stay.
        File.Delete(Password);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(Password, options);
        await file.WriteAsync(RandomNumberGenerator.GetHexString(32, lowercase: true));
    }

    /// <exception cref="PostgresFailedException">It is gone, and a cluster is there that asks for it.</exception>
    public async Task<string> ReadPassword(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(Password, cancellation);
        }
        catch (FileNotFoundException)
        {
            throw new PostgresFailedException(
                $"A PostgreSQL runs in {FullPath}, and {Password} is gone: without it nobody gets in. Put it back, or stop PostgreSQL and remove the folder.");
        }
    }

    /// <summary>What the system says of a file that somebody has opened for himself: Linux, macOS.</summary>
    static bool IsTaken(IOException error) => error.HResult is 11 or 35;
}
