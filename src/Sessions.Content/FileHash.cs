using System.Buffers;
using System.Security.Cryptography;
using Sessions.Domain;

namespace Sessions.Content;

/// <summary>Reads a whole file for its checksum.</summary>
public static class FileHash
{
    /// <summary>How much is read at once: enough that a shared disk gets few requests.</summary>
    const int BufferSize = 1024 * 1024;

    /// <summary>
    /// The SHA-256 of a file that was opened as it was pinned, or null if it changed before its last byte was read.
    /// Blocks for as long as the disk takes.
    /// </summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="pinned">What it was when it was opened.</param>
    /// <param name="progress">Called after each read with the number of bytes read so far.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public static byte[]? Sha256(
        FileStream file, PinnedFile pinned, Action<long> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(pinned);
        ArgumentNullException.ThrowIfNull(progress);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var total = 0L;
            while (file.Read(buffer) is > 0 and var count)
            {
                cancellation.ThrowIfCancellationRequested();

                if (!OpenFile.IsUnmodified(file.SafeFileHandle, pinned))
                    return null;
                hash.AppendData(buffer.AsSpan(0, count));
                total += count;
                progress(total);
            }

            return total == pinned.Size && OpenFile.IsUnmodified(file.SafeFileHandle, pinned) ? hash.GetHashAndReset() : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
