using System.Globalization;

namespace Sessions.Faults.Matrix;

/// <summary>What <c>bench/faults</c> asks for by the environment; without it, one short run of each cell.</summary>
static class Wanted
{
    /// <summary>The first seed; each further run of a cell takes the next one.</summary>
    public static int Seed { get; } = int.Parse(Variable("SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>For how long runs of a cell follow each other.</summary>
    public static TimeSpan Time { get; } =
        TimeSpan.FromMinutes(double.Parse(Variable("MINUTES") ?? "0", CultureInfo.InvariantCulture));

    /// <summary>Adds a run to the table, if one is wanted.</summary>
    public static void Record(Trial trial)
    {
        if (Variable("RECORD") is not { } file)
            return;
        if (!File.Exists(file))
            File.WriteAllLines(file, [Trial.Head]);
        File.AppendAllLines(file, [trial.Row]);
    }

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable("SESSIONS_FAULTS_" + name) is { Length: > 0 } value ? value : null;
}
