using System.Globalization;

namespace Sessions.Api.Hosting;

/// <summary>The files that this process may have open, connections included. The runtime aborts when it runs out.</summary>
internal static class OpenFiles
{
    const string Limits = "/proc/self/limits";
    const string Limit = "Max open files";

    /// <summary>How many files the process itself has open at most: its binaries, its database, its library.</summary>
    const long OwnMost = 400;

    /// <summary>How many connections there is room for if each of them also reads a file of the library.</summary>
    public static long ConnectionsMost() => Max() is { } most ? (most - OwnMost) / 2 : long.MaxValue;

    /// <summary>
    /// The limit on open files, or null if unknown. The runtime raises it to the hard limit when it starts.
    /// </summary>
    public static long? Max() =>
        File.Exists(Limits)
        && File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[Limit.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var most)
            ? most
            : null;
}
