using Microsoft.Win32.SafeHandles;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>A file that is being read while other programs may change it.</summary>
public static class OpenFile
{
    /// <summary>
    /// Whether the open file is still as it was pinned. A program that writes into it changes its time; one that puts
    /// another file in its place does no harm.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static bool IsUnmodified(SafeFileHandle file, PinnedFile pinned)
    {
        ArgumentNullException.ThrowIfNull(pinned);
        return FileTime.Of(File.GetLastWriteTimeUtc(file)) == pinned.ModifiedAt;
    }
}
