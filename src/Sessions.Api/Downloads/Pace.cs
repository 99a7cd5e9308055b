namespace Sessions.Api.Downloads;

/// <summary>
/// How much a transfer sends at once. Larger chunks take fewer turns for each byte; but a chunk is held in memory until the
/// client has taken it, and two hundred who read slowly must not hold two hundred large ones. Who was fast first and is slow
/// then holds a large one until the average says so.
/// </summary>
internal static class Pace
{
    /// <summary>The chunk of whoever is slow, or not known yet.</summary>
    public const int ChunkMin = 64 * 1024;

    /// <summary>The largest: the processor's cache still holds it.</summary>
    public const int ChunkMax = 512 * 1024;

    /// <summary>So much the sockets of both sides may take at once; it says nothing of how fast the client is.</summary>
    public const long InSocketsMax = 8 * 1024 * 1024;

    /// <summary>How long a client may hold a chunk.</summary>
    static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The next chunk for somebody who was sent so many bytes in that time: what he takes within 20 ms at his average pace. The last
    /// chunk says little. A socket that has been full takes the next ones in an instant, however slow its reader is.
    /// </summary>
    public static int ChunkOf(long sent, TimeSpan elapsed) => sent <= InSocketsMax
        ? ChunkMin
        : (int)Math.Clamp((sent - InSocketsMax) * (Hold / elapsed), ChunkMin, ChunkMax);
}
