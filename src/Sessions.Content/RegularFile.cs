using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sessions.Content;

/// <summary>
/// Tells a file of bytes from a pipe, a socket or a device. The framework does not, and opening a pipe that has no writer
/// blocks for ever.
/// </summary>
internal static partial class RegularFile
{
    const int AtCurrentFolder = -100;
    const int DoNotFollowLinks = 0x100;
    const uint AskForType = 1;

    // The kernel lays these out the same on every architecture.
    const int StructSize = 256;
    const int ModeOffset = 28;
    const int TypeMask = 0xF000;
    const int Regular = 0x8000;

    /// <summary>Whether the file's bytes can be read to an end.</summary>
    /// <exception cref="FileNotFoundException">The file is not there, or not any more.</exception>
    public static bool Is(FileInfo file)
    {
        // All the others have no size, so only empty files cost another call.
        if (file.Length > 0 || !OperatingSystem.IsLinux())
            return true;

        Span<byte> status = stackalloc byte[StructSize];
        return Statx(AtCurrentFolder, file.FullName, DoNotFollowLinks, AskForType, status) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);
}
