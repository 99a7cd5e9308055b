namespace Sessions.Api.Downloads;

/// <summary>
/// How much a transfer sends at once. Larger chunks need fewer turns per byte, but a chunk stays in memory until the client
/// has taken it, and two hundred slow clients must not hold two hundred large chunks. A client that was fast at first and
/// is slow now holds a large one until its average has dropped.
/// </summary>
internal static class Pace
{
    /// <summary>The chunk of a client that is slow, or whose pace is not known yet.</summary>
    public const int ChunkMin = 64 * 1024;

    /// <summary>The largest chunk: it still fits into the processor's cache.</summary>
    public const int ChunkMax = 512 * 1024;

    /// <summary>How much the sockets of both sides may take at once, which says nothing about the client's pace.</summary>
    public const long InSocketsMax = 8 * 1024 * 1024;

    /// <summary>How long a client may hold a chunk.</summary>
    static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The next chunk for a client that was sent so many bytes in that time: what it takes within 20 ms at its average
    /// pace. The pace of the last chunk says little: a socket that has been full takes the next ones in an instant, however
    /// slow the client is.
    /// </summary>
    public static int ChunkOf(long sent, TimeSpan elapsed) => sent <= InSocketsMax
        ? ChunkMin
        : (int)Math.Clamp((sent - InSocketsMax) * (Hold / elapsed), ChunkMin, ChunkMax);
}
