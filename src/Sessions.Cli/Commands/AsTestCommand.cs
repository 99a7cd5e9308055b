using System.CommandLine;
using Sessions.Cli.AsTest;
using Sessions.Cli.Frame;
using Sessions.Projections.History;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions as-test ID</c>: a recorded session as a test of the rules.</summary>
internal static class AsTestCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var session = new SessionArgument(settings);
        var command = new Verb(
            "as-test",
            "Write a session as a given/when/then test for tests/Sessions.Domain.Tests. Ends with 1 if today's rules "
            + "decide otherwise than is recorded; the test then fails.")
        {
            Examples =
            [
                ("sessions as-test 01a20e3d-e900-7311-9abb-3d2b0e307bec > tests/Sessions.Domain.Tests/RecordedTests.cs",
                    "then: dotnet test tests/Sessions.Domain.Tests"),
            ],
        };
        session.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var history = await session.Find(parsed, cancellation);
            if (history.At(new Moment.Time(DateTimeOffset.MaxValue)).Fault is { } fault)
                throw new CommandException(
                    ExitCode.No,
                    $"The record of session {history.Address.Id} is damaged, so no test can be made of it: {fault.TrimEnd('.')}.");
            var source = TestSource.Of(history, settings.Policy());
            await terminal.Output.WriteAsync(source.Text);
            if (source.Unexplained.Count == 0)
                return ExitCode.Done;

            await terminal.Error.WriteLineAsync(
                $"sessions: today's rules do not lead to version {string.Join(", ", source.Unexplained)}; the test fails there.");
            return ExitCode.No;
        });
        return command;
    }
}
