using System.Globalization;

namespace Sessions.Bench;

/// <summary>What is measured besides throughput.</summary>
internal enum Part
{
    /// <summary>Write-ahead log and HOT updates of each write.</summary>
    Footprint,

    /// <summary>Transactions when no client calls.</summary>
    Idle,

    /// <summary>Many sessions due at once.</summary>
    Storm,

    /// <summary>A few sessions due with nothing else to do.</summary>
    Lateness,
}

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>How often everything is run, unless the command line says otherwise.</summary>
    public const int UsualRounds = 3;

    /// <summary>The published server.</summary>
    public string Server { get; init; } = "";

    /// <summary>The folder of the wrk and pgbench scripts; results are written beside them.</summary>
    public string Scripts { get; init; } = "";

    /// <summary>How long each single run lasts.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>How often everything is run; the table shows medians.</summary>
    public int Rounds { get; init; } = UsualRounds;

    /// <summary>Which operations' throughput is measured.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = Operation.All;

    /// <summary>Which other parts are measured.</summary>
    public IReadOnlySet<Part> Parts { get; init; } = Enum.GetValues<Part>().ToHashSet();

    /// <summary>At how many connections.</summary>
    public IReadOnlyList<int> Connections { get; init; } = [1, 16, 64];

    /// <summary>How many sessions the measured month has, with about ten events each.</summary>
    public int Sessions { get; init; } = 1_000_000;

    /// <summary>The name under which the results are kept and shown in the README; null keeps none.</summary>
    public string? Record { get; init; }

    /// <summary>Whether the servers follow the log during the runs, which is their default.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>The published command line.</summary>
    public string Cli { get; init; } = "";

    /// <summary>Which version of the project is measured.</summary>
    public string Version { get; init; } = "unknown";

    /// <exception cref="FormatException">An argument is not understood; the message says which.</exception>
    public static BenchOptions Parse(ReadOnlySpan<string> args, int rounds)
    {
        var options = new BenchOptions { Rounds = rounds };
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
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
                "--only" => options.With(value.Split(',')),
                "--sessions" => options with { Sessions = Count(name, value) },
                "--follow" => options with { Follow = YesOrNo(name, value) },
                "--cli" => options with { Cli = Path.GetFullPath(value) },
                "--record" => options with { Record = value },
                "--version" => options with { Version = value },
                _ => throw new FormatException($"{name} is not an option."),
            };
        }

        return options;
    }

    BenchOptions With(IReadOnlyList<string> only)
    {
        var parts = Enum.GetValues<Part>().ToDictionary(part => part.ToString(), StringComparer.OrdinalIgnoreCase);
        return this with
        {
            Operations = [.. only.Where(name => !parts.ContainsKey(name)).Select(Operation.Of)],
            Parts = only.Where(parts.ContainsKey).Select(name => parts[name]).ToHashSet(),
        };
    }

    static bool YesOrNo(string name, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw new FormatException($"{name} {value}: yes or no is needed."),
    };

    static int Count(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new FormatException($"{name} {value}: a number above zero is needed.");
}
