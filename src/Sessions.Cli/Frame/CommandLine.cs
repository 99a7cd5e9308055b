using System.CommandLine;
using System.CommandLine.Invocation;
using Sessions.Cli.Commands;

namespace Sessions.Cli.Frame;

/// <summary>The command line <c>sessions</c>: all commands, and how each of them ends.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">What was typed after the program's name.</param>
    /// <param name="terminal">Where it writes, and reads keys.</param>
    /// <param name="folder">The working folder: its configuration, its private database.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(
        IReadOnlyList<string> args, Terminal terminal, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        try
        {
            var parsed = Create(terminal, new Settings(folder)).Parse(args);
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // Ctrl-C arrives by our own token.
                ProcessTerminationTimeout = null,
            };
            var isWrong = parsed.Action is ParseErrorAction;
            // The help that comes with it goes to standard error, not to the reader of the output.
            if (isWrong)
                invocation.Output = terminal.Error;
            var exitCode = await parsed.InvokeAsync(invocation, cancellation);
            return isWrong ? ExitCode.Usage : exitCode;
        }
        catch (Exception error) when (StandardOutput.IsReaderGone(error) || IsReaderGone(error, terminal))
        {
            // The reader closed the pipe, so there is nobody to report to.
            return ExitCode.ReaderGone;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            var (exitCode, message) = Explanation.Of(error, cancellation);
            await terminal.Error.WriteLineAsync("sessions: " + PlainText.EscapeLines(message));
            return exitCode;
        }
    }

    static bool IsReaderGone(Exception error, Terminal terminal) =>
        error is OperationCanceledException && terminal.ReaderGone is { IsValueCreated: true, Value.IsCancellationRequested: true };

    static RootCommand Create(Terminal terminal, Settings settings)
    {
        var root = new RootCommand("Reads the record of download sessions: what happened, when, by whom, and what if.")
        {
            settings.Connection,
            settings.Json,
            HistoryCommand.Create(terminal, settings),
            StateCommand.Create(terminal, settings),
            DiffCommand.Create(terminal, settings),
            ReplayCommand.Create(terminal, settings),
            AsTestCommand.Create(terminal, settings),
            WhatIfCommand.Create(terminal, settings),
            AuditCommand.Create(terminal, settings),
            TailCommand.Create(terminal, settings),
            VerifyCommand.Create(terminal, settings),
            ExportCommand.Create(terminal, settings),
            ImportCommand.Create(terminal, settings),
            StatusCommand.Create(terminal, settings),
            DeadLettersCommand.Create(terminal, settings),
            RebuildCommand.Create(terminal, settings),
            MigrateCommand.Create(terminal, settings),
            CompletionCommand.Create(terminal),
        };
        ExamplesHelp.AddTo(root);
        return root;
    }
}
