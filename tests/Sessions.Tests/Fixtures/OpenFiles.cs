using System.Globalization;

namespace Sessions.Tests.Fixtures;

/// <summary>Files, connections among them, that this process may have open.</summary>
static class OpenFiles
{
    const string Limit = "Max open files";

    /// <summary>How many at most: what it may allow itself, the platform does when it starts. None known means no limit.</summary>
    public static long Max() =>
        File.Exists("/proc/self/limits")
        && File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[Limit.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var most)
            ? most
            : long.MaxValue;
}
