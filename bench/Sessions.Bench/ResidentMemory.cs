using System.Globalization;

namespace Sessions.Bench;

/// <summary>How much memory processes hold.</summary>
internal static class ResidentMemory
{
    /// <summary>Of one process at this moment, in bytes; null when it has ended.</summary>
    public static long? Of(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null
                ? null
                : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
