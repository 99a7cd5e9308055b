namespace Sessions.Cli.Frame;

/// <summary>Ends a command. The message tells the user why, in one line.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="Frame.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
