using System.CommandLine;

namespace Sessions.Cli.Frame;

/// <summary>A command that shows in its help how it is used.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines that work, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Does)> Examples { get; init; } = [];
}
