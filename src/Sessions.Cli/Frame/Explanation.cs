using System.Data.Common;
using Sessions.Projections.Rebuilding;
using Sessions.Storage;
using Sessions.Storage.Local;
using Sessions.Storage.Log;

namespace Sessions.Cli.Frame;

/// <summary>What a failure means to the user.</summary>
internal static class Explanation
{
    /// <summary>PostgreSQL's error code for a table that does not exist.</summary>
    const string UndefinedTable = "42P01";

    /// <summary>The exit code, and one line.</summary>
    public static (int ExitCode, string Message) Of(Exception error, CancellationToken cancellation) => error switch
    {
        CommandException wrong => (wrong.ExitCode, wrong.Message),
        OperationCanceledException when cancellation.IsCancellationRequested => (ExitCode.Interrupted, "Interrupted."),
        RebuildException => (ExitCode.No, error.Message),
        PostgresMissingException missing => (ExitCode.Usage, missing.Message),
        StoreUnavailableException => (ExitCode.Unreachable, error.Message),
        // These are about files: Npgsql reports a broken connection with exceptions of its own.
        IOException or UnauthorizedAccessException => (ExitCode.Usage, error.Message),
        UnreadableEventException damaged => (ExitCode.No, damaged.Message.TrimEnd('.') + ". 'sessions verify' names all that is damaged."),
        _ when Failure.IsOfDatabase(error) => (ExitCode.Unreachable, "The database cannot be reached: " + error.Message),
        DbException { SqlState: UndefinedTable } =>
            (ExitCode.Usage, "This database lacks the schema, or part of it: run 'sessions migrate'."),
        _ when Failure.IsHeldUp(error) =>
            (ExitCode.No, "Another client has locked a table that this command needs, and waiting for that lock would block all "
                + "writers. Nothing was changed; try again later."),
        DbException { SqlState: not null } refused => (ExitCode.Fault, "The database reported an error: " + refused.Message),
        _ => (ExitCode.Fault, error.ToString()),
    };
}
