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

    public virtual int Clients => 8;

    /// <summary>How long clients wait for an answer: some give up while the server still looks into it.</summary>
    public virtual TimeSpan[] Patiences { get; } = [.. new[] { 1, 2, 4, 10 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>
    /// Whether the database may be away for so long that nodes give up what nobody waits for: the record that a
    /// transfer has ended.
    /// </summary>
    public virtual bool BreaksDatabase => false;

    public virtual int Standbys => 0;

    /// <summary>More settings of PostgreSQL.</summary>
    public virtual string[] PostgresSettings => [];

    /// <summary>Where PostgreSQL's data goes.</summary>
    public virtual string DataFolder(Arena arena) => Path.Combine(arena.Folder, "data");

    /// <summary>What else must be there before the nodes start. PostgreSQL runs by now, and the content is there.</summary>
    public virtual Task Prepare(Arena arena) => Task.CompletedTask;

    /// <summary>How the nodes reach the database.</summary>
    public virtual string ConnectionOf(Arena arena) => arena.ConnectionString;

    /// <summary>More variables of a node's environment.</summary>
    public virtual IEnumerable<(string Name, string Value)> EnvironmentOf(int node) => [];

    /// <summary>Breaks something under load, and mends it.</summary>
    public abstract Task Break(Arena arena);

    /// <summary>What this fault must keep to besides the promises that hold always; and whether it bit at all.</summary>
    public virtual IEnumerable<Violation> AlsoBroken(Facts facts) => [];

    /// <summary>What else is to be told of a run, as lines of tables.</summary>
    public virtual IEnumerable<string> Measured(Facts facts) => [];

    /// <summary>Who waited in vain, at whatever time: where nothing is broken nobody has a reason to.</summary>
    protected static IEnumerable<Violation> HeldUp(Facts facts, string by) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.TurnedAway or Answer.Unknown
        select new Violation($"{by} take no service from others", $"{operation}");

    /// <summary>A fault that nobody feels proves nothing. Where it lasts for as long as the cell wants, that waits until it is felt.</summary>
    protected static IEnumerable<Violation> Felt(bool isFelt, string otherwise) =>
        isFelt ? [] : [new Violation("the fault is felt", otherwise)];
}
