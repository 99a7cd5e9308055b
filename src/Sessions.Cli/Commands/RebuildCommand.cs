using System.CommandLine;
using System.Globalization;
using Sessions.Cli.Frame;
using Sessions.Projections.Verification;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions rebuild WHAT</c>: derives from the events anew what is derived from them.</summary>
internal static class RebuildCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var command = new Command("rebuild", "Derive from the events anew what is derived from them. Writes.");
        command.Subcommands.Add(Snapshots(terminal, settings));
        return command;
    }

    static Verb Snapshots(Terminal terminal, Settings settings)
    {
        var command = new Verb("snapshots", "Mend the rows and messages of sessions that are not what their events lead to.")
        {
            Examples = [("sessions rebuild snapshots", "while servers run; whole rows are left alone")],
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = Database.Open(await settings.ConnectionString(parsed, cancellation));
            var mended = await ReplayVerification.Repair(
                database, settings.Policy(), new Progress(terminal, "sessions replayed"), cancellation);
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mended} sessions mended."));
            return ExitCode.Done;
        });
        return command;
    }
}
