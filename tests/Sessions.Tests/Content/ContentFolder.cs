using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Content;

namespace Sessions.Tests.Content;

/// <summary>A content root of its own for a test, deleted after it.</summary>
sealed class ContentFolder : IDisposable
{
    public static readonly DateTime Noon = new(2025, 6, 1, 12, 0, 0, DateTimeKind.Utc);

    readonly string parent = Directory.CreateTempSubdirectory("sessions-content-").FullName;

    public ContentFolder()
    {
        Root = Path.Join(parent, "root");
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    /// <summary>A path beside the root: outside the root, but deleted with it.</summary>
    public string Beside(string name) => Path.Join(parent, name);

    public string At(string path) => Path.Join(Root, path);

    /// <summary>Writes a file of this size below the root, with the folders that it needs.</summary>
    public string Write(string path, int size = 3, DateTime? modifiedAt = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), new byte[size]);
        File.SetLastWriteTimeUtc(At(path), modifiedAt ?? Noon);
        return At(path);
    }

    public ContentCatalog Scan() => new ContentScanner(Root, NullLogger.Instance).Scan();

    /// <summary>The one item that the root holds.</summary>
    public Item OnlyItem() => Scan().Items.ShouldHaveSingleItem();

    /// <summary>Creates with the shell what the framework cannot: pipes, and names that are not text.</summary>
    public void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-euc", script])
        {
            WorkingDirectory = Root,
        })!;
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(parent, recursive: true);
}
