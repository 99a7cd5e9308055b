using System.CommandLine;
using System.Globalization;
using Sessions.Cli.Frame;
using Sessions.Projections.History;
using Spectre.Console;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions history ID</c>: the events of a session.</summary>
internal static class HistoryCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var session = new SessionArgument(settings);
        var command = new Verb("history", "Show what happened to a session, event by event.")
        {
            Examples =
            [
                ("sessions history 01a20e3d-e900-7311-9abb-3d2b0e307bec", "a table"),
                ("sessions history 01a20e3d-e900-7311-9abb-3d2b0e307bec --json | jq -r .type", "the kinds of its events"),
            ],
        };
        session.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var history = await session.FindPart(parsed, cancellation);
            if (parsed.GetValue(settings.Json))
            {
                foreach (var logged in history.Events)
                    terminal.WriteJson(EventEntry.Of(logged).ToJson());
            }
            else
            {
                terminal.Write(TableOf(history));
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Table TableOf(SessionHistory history)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("#", "when (UTC)", "who", "by way of", "what");
        foreach (var logged in history.Events)
        {
            var entry = EventEntry.Of(logged);
            table.AddRow(
                PlainText.Of(entry.Version.ToString(CultureInfo.InvariantCulture)),
                PlainText.Of(StateWords.Time(entry.At)),
                PlainText.Of(entry.Fault is not null ? "?" : entry.Actor ?? "the system"),
                PlainText.Of(entry.Origin ?? "?"),
                PlainText.Of(entry.Fault ?? EventWords.Of(logged.Event)));
        }

        return table;
    }
}
