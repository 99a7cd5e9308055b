using System.CommandLine;
using Sessions.Cli.Frame;
using Sessions.Projections.Audit;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions audit</c>: who did what, when, on what, from where and why.</summary>
internal static class AuditCommand
{
    const int LimitDefault = 100;

    public static Command Create(Terminal terminal, Settings settings)
    {
        var filters = new AuditOptions();
        var oldest = new Option<bool>("--oldest") { Description = "Show the oldest events first." };
        var limit = TypedValue.Limit($"How many events at most; by default {LimitDefault} in a table, all in JSON.");
        var command = new Verb("audit", "Find who did what, when, on what, from where and why. Ends with 1 if nothing is found.")
        {
            Examples =
            [
                ("sessions audit --owner ana --from 2026-11-24", "what happened to ana's sessions since then"),
                ("sessions audit --type session_expired --reason idle --limit 20", "who leaves sessions behind"),
                ("sessions audit --actor admin --json > admin.ndjson", "all that admin ever did"),
            ],
        };
        filters.AddTo(command);
        command.Options.Add(oldest);
        command.Options.Add(limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var audit = new AuditQueries(
                Database.OpenForQuestions(await settings.ConnectionString(parsed, cancellation)));
            var order = parsed.GetValue(oldest) ? AuditOrder.Oldest : AuditOrder.Newest;
            var events = audit.Stream(filters.FilterOf(parsed), order, after: null, limit: null, cancellation);
            if (!parsed.GetValue(settings.Json))
            {
                var found = await events.Take(parsed.GetValue(limit) ?? LimitDefault).ToListAsync(cancellation);
                terminal.Write(AuditLines.TableOf(found));
                return found.Count > 0 ? ExitCode.Done : ExitCode.No;
            }

            var isEmpty = true;
            await foreach (var one in events.Take(parsed.GetValue(limit) ?? int.MaxValue).WithCancellation(cancellation))
            {
                terminal.WriteJson(AuditLines.JsonOf(one));
                isEmpty = false;
            }

            return isEmpty ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }
}
