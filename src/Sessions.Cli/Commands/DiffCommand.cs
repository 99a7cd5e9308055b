using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Projections.History;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions diff ID A B</c>: what is different between two moments of a session.</summary>
internal static class DiffCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var session = new SessionArgument(settings);
        var from = MomentArgument.Argument("from", "The first moment: a version or a time.");
        var to = MomentArgument.Argument("to", "The second moment.");
        var command = new Verb(
            "diff", "Show the difference between two moments of a session. Ends with 0 if there is none, else with 1.")
        {
            Examples =
            [
                ("sessions diff 01a20e3d-e900-7311-9abb-3d2b0e307bec 2 8", "between two versions"),
                ("sessions diff 01a20e3d-e900-7311-9abb-3d2b0e307bec 2026-11-24T15:47:48.6Z 9", "from a time to a version"),
                ("sessions diff 01a20e3d-e900-7311-9abb-3d2b0e307bec 0 9 --json | jq .patch", "as a JSON Patch"),
            ],
        };
        session.AddTo(command);
        command.Arguments.Add(from);
        command.Arguments.Add(to);
        command.SetAction(async (parsed, cancellation) =>
        {
            var history = await session.Find(parsed, cancellation);
            var diff = StateDiff.Between(
                history.After(parsed.GetRequiredValue(from)!).Session, history.After(parsed.GetRequiredValue(to)!).Session);
            if (parsed.GetValue(settings.Json))
            {
                terminal.WriteJson(diff.ToJson());
            }
            else
            {
                foreach (var sentence in diff.Words)
                    terminal.WriteLine(sentence);
                foreach (var operation in diff.Patch)
                    terminal.WriteJson(operation!);
            }

            return diff.Patch.Count == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
