namespace Sessions.Cli.Frame;

/// <summary>A command ends here. The message says why in one line, to whoever typed it.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="Frame.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
