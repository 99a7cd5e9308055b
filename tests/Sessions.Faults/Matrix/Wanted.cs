using System.Globalization;

namespace Sessions.Faults.Matrix;

/// <summary>What <c>bench/faults</c> asks for through the environment; without it, one short run of each cell.</summary>
static class Wanted
{
    static readonly List<string> Rows = [Trial.Head];
    static readonly List<string> Measured = [];

    /// <summary>The first seed; each further run of a cell takes the next one.</summary>
    public static int Seed { get; } = int.Parse(Variable("SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>How long after the start of its first run further runs of a cell begin.</summary>
    public static TimeSpan Time { get; } =
        TimeSpan.FromMinutes(double.Parse(Variable("MINUTES") ?? "0", CultureInfo.InvariantCulture));

    /// <summary>How many sessions a storm is to have; null for a short one.</summary>
    public static int? Sessions { get; } =
        Variable("SESSIONS") is { } many ? int.Parse(many, CultureInfo.InvariantCulture) : null;

    /// <summary>How long calm is measured, before the fault and after it.</summary>
    public static TimeSpan Calm { get; } = TimeSpan.FromSeconds(Time > TimeSpan.Zero ? 20 : 2);

    /// <summary>Whether a cell is to be run.</summary>
    public static bool Includes(string cell) => Variable("CELL") is not { } one || one == cell;

    /// <summary>Adds a run to the record, if one is wanted: its row to the table, and what was measured below.</summary>
    public static void Record(Trial trial)
    {
        if (Variable("RECORD") is not { } file)
            return;
        Rows.Add(trial.Row);
        if (trial.Measured.Length > 0)
            Measured.AddRange(["", string.Create(CultureInfo.InvariantCulture, $"{trial.Cell.Name}, seed {trial.Seed}:"), .. trial.Measured]);
        File.WriteAllLines(file, [.. Rows, .. Measured]);
    }

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable("SESSIONS_FAULTS_" + name) is { Length: > 0 } value ? value : null;
}
