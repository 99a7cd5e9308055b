using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sessions.Cli.Frame;
using Sessions.Projections.Rebuilding;
using Sessions.Projections.Verification;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions rebuild WHAT</c>: derives stored data from the events again.</summary>
internal static class RebuildCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var command = new Verb("rebuild", "Derive stored data from the events again. Writes.")
        {
            Examples =
            [
                ("sessions rebuild snapshots", "repairs the rows of sessions that 'sessions verify' reports"),
                ("sessions rebuild audit-trail", "builds the audit trail again, while servers run"),
            ],
        };
        command.Subcommands.Add(Snapshots(terminal, settings));
        foreach (var (name, model) in ReadModel.All)
            command.Subcommands.Add(Model(name, model, terminal, settings));
        return command;
    }

    static Verb Snapshots(Terminal terminal, Settings settings)
    {
        var command = new Verb("snapshots", "Repair what is stored of sessions where it differs from their events. "
            + "Ends with 1 if a session is left as it is.")
        {
            Examples = [("sessions rebuild snapshots", "while servers run; correct rows are left alone")],
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.Open(await settings.ConnectionString(parsed, cancellation));
            RepairReport report;
            using (var progress = new Progress(terminal, "sessions replayed"))
            {
                report = await ReplayVerification.Repair(
                    database, settings.Policy(), difference => terminal.WriteLine(difference.Says), progress, cancellation);
            }

            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{report.Mended} sessions mended.{(report.Left > 0 ? $" {report.Left} are left as they are: see above." : "")}"));
            return report.Left == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    static Verb Model(string name, ReadModel model, Terminal terminal, Settings settings)
    {
        var command = new Verb(name, "Build this read model again beside the live one, compare the two, and swap them. "
            + "Queries are answered throughout. Ends with 1 if the live one had drifted.")
        {
            Examples = [($"sessions rebuild {name}", "while servers run")],
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.Open(await settings.ConnectionString(parsed, cancellation));
            var report = await new Rebuild(database, model, new RebuildLine(terminal)).Run(cancellation);
            if (terminal.TellsProgress)
                await terminal.Error.WriteLineAsync();
            if (parsed.GetValue(settings.Json))
                terminal.WriteJson(JsonOf(report));
            else
                terminal.WriteLine(TextOf(report));
            return report.Differences is null or { AreNone: true } ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    static string TextOf(RebuildReport report)
    {
        var done = string.Create(CultureInfo.InvariantCulture,
            $"{report.Model}: {report.Events:N0} events in {report.Elapsed.TotalSeconds:N1} s, {report.Events / report.Elapsed.TotalSeconds:N0} a second. ");
        if (report.Shifted > 0)
            done += string.Create(CultureInfo.InvariantCulture,
                $"It numbers {report.Shifted} more events than the live one: rows after them have new numbers. ");
        return done + report.Differences switch
        {
            null => "There was no live one to compare it with.",
            { AreNone: true } => "The live one was the same.",
            var drift => string.Create(CultureInfo.InvariantCulture,
                $"The live one had drifted: {drift.Missing} rows were missing, {drift.Unfounded} belonged to no event, "
                + $"{drift.Different} were different; one of them is {drift.First}"),
        };
    }

    static JsonObject JsonOf(RebuildReport report) => new()
    {
        ["model"] = report.Model,
        ["events"] = report.Events,
        ["reading_seconds"] = Math.Round(report.Reading.TotalSeconds, 3),
        ["seconds"] = Math.Round(report.Elapsed.TotalSeconds, 3),
        ["missing"] = report.Differences?.Missing,
        ["unfounded"] = report.Differences?.Unfounded,
        ["different"] = report.Differences?.Different,
        ["shifted"] = report.Shifted > 0 ? report.Shifted : null,
        ["first"] = report.Differences?.First,
    };
}
