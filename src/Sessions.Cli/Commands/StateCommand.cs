using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Projections.History;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions state ID</c>: what a session was at a moment.</summary>
internal static class StateCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var session = new SessionArgument(settings);
        var at = MomentArgument.Time("--at", "The state at this time; without a zone it is UTC.");
        var version = TypedValue.Version("--version", "The state after this many events.");
        var command = new Verb("state", "Show the state of a session: at a time, at a version, or now.")
        {
            Examples =
            [
                ("sessions state 01a20e3d-e900-7311-9abb-3d2b0e307bec", "as it is now"),
                ("sessions state 01a20e3d-e900-7311-9abb-3d2b0e307bec --at 2026-11-24T15:47:48.6Z", "as it was then"),
                ("sessions state 01a20e3d-e900-7311-9abb-3d2b0e307bec --version 3", "after its third event"),
            ],
        };
        session.AddTo(command);
        command.Options.Add(at);
        command.Options.Add(version);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetResult(at) is not null && parsed.GetResult(version) is not null)
                throw new CommandException(ExitCode.Usage, "A moment is a time or a version: pass --at or --version, not both.");

            var history = await session.Find(parsed, cancellation);
            Moment moment = parsed.GetValue(at) is { } time
                ? new Moment.Time(time)
                : new Moment.Version(parsed.GetValue(version) ?? history.Events[^1].Version);
            var state = SessionState.Of(history.After(moment).Session).ToJson();
            if (parsed.GetValue(settings.Json))
                terminal.WriteJson(state);
            else
                terminal.WriteIndented(state);
            return ExitCode.Done;
        });
        return command;
    }
}
