namespace Sessions.Cli.Frame;

/// <summary>The exit codes of the command line; scripts may rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Done, and the answer is the good one.</summary>
    public const int Done = 0;

    /// <summary>Done, and the answer is no: not found, not the same, not intact.</summary>
    public const int No = 1;

    /// <summary>The command line, a file or the configuration is wrong; the message says how.</summary>
    public const int Usage = 2;

    /// <summary>The database cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>A fault of the program or of the database, reported as it is.</summary>
    public const int Fault = 4;

    /// <summary>Ctrl-C: what a shell expects of a program that was interrupted.</summary>
    public const int Interrupted = 130;

    /// <summary>The output's reader is gone: what a shell expects of a program whose pipe broke.</summary>
    public const int ReaderGone = 141;
}
