using System.Globalization;

namespace Sessions.Api.Hosting;

/// <summary>Files that this process may have open, connections among them. A runtime that has no more aborts.</summary>
internal static class OpenFiles
{
    const string Limits = "/proc/self/limits";
    const string Limit = "Max open files";

    /// <summary>What the process itself has open: its programs, its database, its library.</summary>
    const long OwnMost = 400;

    /// <summary>How many connections there is room for, if a file of the library is read over each.</summary>
    public static long ConnectionsMost() => Max() is { } most ? (most - OwnMost) / 2 : long.MaxValue;

    /// <summary>How many files at most, or null where that is not known: what it may allow itself, the runtime does when it starts.</summary>
    public static long? Max() =>
        File.Exists(Limits)
        && File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[Limit.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var most)
            ? most
            : null;
}
