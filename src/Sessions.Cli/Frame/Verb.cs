using System.CommandLine;

namespace Sessions.Cli.Frame;

/// <summary>A command with examples in its help.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Complete command lines, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Does)> Examples { get; init; } = [];
}
