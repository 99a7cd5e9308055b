using Microsoft.Win32.SafeHandles;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>A file that somebody reads, while others may do with it what they like.</summary>
public static class OpenFile
{
    /// <summary>
    /// Whether it is still as it was pinned. Whoever writes into it moves its time on; who puts another file
    /// in its place does no harm.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static bool IsUnmodified(SafeFileHandle file, PinnedFile pinned)
    {
        ArgumentNullException.ThrowIfNull(pinned);
        return FileTime.Of(File.GetLastWriteTimeUtc(file)) == pinned.ModifiedAt;
    }
}
