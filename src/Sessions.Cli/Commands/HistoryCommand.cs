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
                foreach (var recorded in history.Events)
                    terminal.WriteJson(EventEntry.Of(recorded).ToJson());
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
        foreach (var recorded in history.Events)
        {
            table.AddRow(
                PlainText.Of(recorded.Version.ToString(CultureInfo.InvariantCulture)),
                PlainText.Of(StateWords.Time(recorded.Event.At)),
                PlainText.Of(recorded.Provenance.Actor ?? "the system"),
                PlainText.Of(recorded.Provenance.Origin),
                PlainText.Of(EventWords.Of(recorded.Event)));
        }

        return table;
    }
}
