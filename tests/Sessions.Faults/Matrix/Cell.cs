using Sessions.Domain;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>One cell of the matrix: a fault, and the place where it happens.</summary>
abstract class Cell
{
    /// <summary>By which it is named on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is broken.</summary>
    public abstract string Fault { get; }

    /// <summary>Why it cannot be tried on this machine, or null.</summary>
    public virtual string? Missing => null;

    /// <summary>How long sessions live; not long, so that they expire and are removed while things break.</summary>
    public virtual LeasePolicy Policy { get; } = new()
    {
        IdleTimeout = TimeSpan.FromSeconds(2),
        RenewalSlack = TimeSpan.FromSeconds(1),
        Retention = TimeSpan.FromSeconds(2),
    };

    public virtual int NodeCount => 2;

    public virtual int Standbys => 0;

    /// <summary>More settings of PostgreSQL.</summary>
    public virtual string[] PostgresSettings => [];

    /// <summary>Where PostgreSQL's data goes.</summary>
    public virtual Task<string> DataFolder(Arena arena) => Task.FromResult(Path.Combine(arena.Folder, "data"));

    /// <summary>What else must be there before the nodes start.</summary>
    public virtual Task Prepare(Arena arena) => Task.CompletedTask;

    /// <summary>How the nodes reach the database.</summary>
    public virtual string ConnectionOf(Arena arena) => arena.ConnectionString;

    /// <summary>More variables of a node's environment.</summary>
    public virtual IEnumerable<(string Name, string Value)> EnvironmentOf(int node) => [];

    /// <summary>Breaks something under load, and mends it.</summary>
    public abstract Task Break(Arena arena);

    /// <summary>What this fault must keep to besides the promises that hold always; and whether it bit at all.</summary>
    public virtual IEnumerable<Violation> AlsoBroken(Run run) => [];

    /// <summary>What else is to be told of a run, as lines of tables.</summary>
    public virtual IEnumerable<string> Measured(Facts facts) => [];
}
