using System.Globalization;

namespace Sessions.Content;

/// <summary>
/// Times of files in UTC and whole microseconds. Disks keep finer times, PostgreSQL does not: truncated at the scan, a
/// time is the same before and after it is stored.
/// </summary>
internal static class FileTime
{
    public static DateTimeOffset Of(DateTime utc) =>
        new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A time of last change as a version: no node has to count changes, and all give the same.</summary>
    public static string Version(DateTimeOffset modifiedAt) =>
        Microseconds(modifiedAt).ToString(CultureInfo.InvariantCulture);
}
