using System.Globalization;

namespace Sessions.Tests.Fixtures;

/// <summary>The working folder of development servers, with the private PostgreSQL that they leave there.</summary>
public sealed class ServerFolder : IAsyncDisposable
{
    public ServerFolder()
    {
        Directory.CreateDirectory(FullPath);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FullPath, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    public string FullPath { get; } = Path.Combine(Path.GetTempPath(), "sessions-server-" + Guid.CreateVersion7());

    string Note => Path.Combine(FullPath, ".sessions", "postgres", "data", "postmaster.pid");

    /// <summary>The process id of its PostgreSQL, from <c>postmaster.pid</c>; null when there is none.</summary>
    public int? Postmaster =>
        File.Exists(Note) ? int.Parse(File.ReadLines(Note).First(), CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a process with this id runs. A zombie does not count.</summary>
    public static bool Runs(int processId)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[status.LastIndexOf(')')..].Split(' ')[1] is not ("Z" or "X");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Postmaster is { } left && Runs(left))
        {
            await ServerProcess.Signal("QUIT", left);
            await StoreSentences.Until(() => !Runs(left), "the PostgreSQL that a test left behind ends");
        }

        Directory.Delete(FullPath, recursive: true);
    }
}
