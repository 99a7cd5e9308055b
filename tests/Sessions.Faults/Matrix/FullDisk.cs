using System.Diagnostics;
using Sessions.Faults.Arenas;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>
/// The disk of the data fills up, not that of the write-ahead log: if that one is full, PostgreSQL stops itself,
/// which another cell tries.
/// </summary>
sealed class FullDisk : Cell
{
    public override string Name => "full-disk";

    public override string Fault => "the disk of the database's data is full, and then has room again";

    public override string? Missing =>
        OperatingSystem.IsLinux() && Environment.UserName == "root" && MemoryDisk.CanBeMounted
            ? null
            : "a small disk is needed that may be filled up; only root may mount one";

    public override string DataFolder(Arena arena) =>
        Path.Combine(arena.Keep(MemoryDisk.Mount(Path.Combine(arena.Folder, "disk"), "80m")).Folder, "data");

    public override async Task Break(Arena arena)
    {
        var filler = Path.Combine(arena.Folder, "disk", "filler");
        Fill(filler);
        var full = arena.Clock.GetTimestamp();
        await arena.Pass(4);
        await arena.UntilAnswered(full, asked => asked.Answer is Answer.TurnedAway, "nobody is turned away");
        File.Delete(filler);
    }

    static void Fill(string file)
    {
        var block = new byte[64 * 1024];
        try
        {
            using var filler = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
                filler.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}

/// <summary>A small disk in memory.</summary>
sealed class MemoryDisk : IAsyncDisposable
{
    readonly IDisposable leftover;

    MemoryDisk(string folder) => (Folder, leftover) = (folder, Leftovers.Undo(() => Run("umount", "-l", folder)));

    public string Folder { get; }

    /// <summary>Whether root may mount at all: in many containers it may not.</summary>
    public static bool CanBeMounted { get; } = TryMount();

    public static MemoryDisk Mount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        Run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder).ShouldBe(0);
        return new MemoryDisk(folder);
    }

    static bool TryMount()
    {
        var folder = Directory.CreateTempSubdirectory("sessions-faults-mount-").FullName;
        var isMounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) == 0;
        if (isMounted)
            Run("umount", folder);
        Directory.Delete(folder);
        return isMounted;
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        Run("umount", "-l", Folder);
        leftover.Dispose();
        return ValueTask.CompletedTask;
    }
}
