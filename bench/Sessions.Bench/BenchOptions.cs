using System.Globalization;

namespace Sessions.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>The published server.</summary>
    public string Server { get; init; } = "";

    /// <summary>The folder of the wrk and pgbench scripts; results are written beside them.</summary>
    public string Scripts { get; init; } = "";

    /// <summary>How long each single run lasts.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>How often everything is run; the table shows medians.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Which operations.</summary>
    public IReadOnlyList<Operation> Only { get; init; } = Operation.All;

    /// <summary>At how many connections.</summary>
    public IReadOnlyList<int> Connections { get; init; } = [1, 16, 64];

    /// <summary>Leaves out all but the throughput.</summary>
    public bool SkipRest { get; init; }

    /// <summary>The name of the file of results; null writes none.</summary>
    public string? Label { get; init; }

    /// <exception cref="FormatException">Something is not understood; says what.</exception>
    public static BenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (name == "--skip-rest")
            {
                options = options with { SkipRest = true };
                continue;
            }

            if (i + 1 == args.Length)
                throw new FormatException($"{name} needs a value.");
            var value = args[++i];
            options = name switch
            {
                "--server" => options with { Server = Path.GetFullPath(value) },
                "--scripts" => options with { Scripts = Path.GetFullPath(value) },
                "--seconds" => options with { Seconds = Count(name, value) },
                "--rounds" => options with { Rounds = Count(name, value) },
                "--connections" => options with { Connections = [.. value.Split(',').Select(one => Count(name, one))] },
                "--only" => options with { Only = [.. value.Split(',').Select(Operation.Of)] },
                "--label" => options with { Label = value },
                _ => throw new FormatException($"{name} is not an option."),
            };
        }

        return options;
    }

    static int Count(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new FormatException($"{name} {value}: a number above zero is needed.");
}
