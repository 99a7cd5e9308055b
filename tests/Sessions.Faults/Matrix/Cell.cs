using Sessions.Domain;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Matrix;

/// <summary>One cell of the matrix: a fault, and the place where it happens.</summary>
abstract class Cell
{
    /// <summary>Its name on the command line.</summary>
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

    public virtual int Clients => 8;

    /// <summary>How long clients wait for an answer: some give up while the server still works on it.</summary>
    public virtual TimeSpan[] Patiences { get; } = [.. new[] { 1, 2, 4, 10 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>
    /// Whether the database may be away for so long that nodes give up recording the end of a transfer, for which no
    /// request waits.
    /// </summary>
    public virtual bool BreaksDatabase => false;

    public virtual int Standbys => 0;

    /// <summary>More settings of PostgreSQL.</summary>
    public virtual string[] PostgresSettings => [];

    /// <summary>Where PostgreSQL's data goes.</summary>
    public virtual string DataFolder(Arena arena) => Path.Combine(arena.Folder, "data");

    /// <summary>Prepares what else the nodes need. PostgreSQL runs and the content exists by then.</summary>
    public virtual Task Prepare(Arena arena) => Task.CompletedTask;

    /// <summary>How the nodes reach the database.</summary>
    public virtual string ConnectionOf(Arena arena) => arena.ConnectionString;

    /// <summary>More variables of a node's environment.</summary>
    public virtual IEnumerable<(string Name, string Value)> EnvironmentOf(int node) => [];

    /// <summary>Breaks something under load, and mends it.</summary>
    public abstract Task Break(Arena arena);

    /// <summary>Violations of what must hold for this fault beyond the promises, and whether it was felt at all.</summary>
    public virtual IEnumerable<Violation> AlsoBroken(Facts facts) => [];

    /// <summary>What else was measured in a run, as lines of tables.</summary>
    public virtual IEnumerable<string> Measured(Facts facts) => [];

    /// <summary>Requests that got no service, at any time: where nothing is broken, each must be answered.</summary>
    protected static IEnumerable<Violation> HeldUp(Facts facts, string by) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.TurnedAway or Answer.Unknown
        select new Violation($"{by} take no service from others", $"{operation}");

    /// <summary>A fault that is not felt proves nothing. A cell that can prolong its fault waits until it is felt.</summary>
    protected static IEnumerable<Violation> Felt(bool isFelt, string otherwise) =>
        isFelt ? [] : [new Violation("the fault is felt", otherwise)];
}
