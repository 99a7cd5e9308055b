using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Projections.Audit;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions tail</c>: what happens, as it happens.</summary>
internal static class TailCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var filters = new AuditOptions();
        var command = new Verb("tail", "Follow the log live, until Ctrl-C. No event is skipped, even one that commits late.")
        {
            Examples =
            [
                ("sessions tail", "everything"),
                ("sessions tail --type session_failed --json | jq .data.message", "why clients give up"),
            ],
        };
        filters.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
            var isJson = parsed.GetValue(settings.Json);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, terminal.ReaderGone.Value);
            await foreach (var one in new AuditTail(database, TimeProvider.System).Follow(filters.FilterOf(parsed), ended.Token))
            {
                if (isJson)
                    terminal.WriteJson(AuditLines.JsonOf(one));
                else
                    terminal.WriteLine(AuditLines.LineOf(one));
                await terminal.Output.FlushAsync(cancellation);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
