using System.CommandLine;
using System.Globalization;
using Sessions.Cli.Frame;
using Sessions.Projections.Exports;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions export FILE</c>: events into a file that can be verified and imported.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "The file to write." };
        var session = TypedValue.Id("--session", "Only this session.");
        var owner = new Option<string?>("--owner") { Description = "Only this user's sessions.", HelpName = "user" };
        var from = MomentArgument.Time("--from", "Only what was recorded at or after this time; without a zone it is UTC.");
        var to = MomentArgument.Time("--to", "Only what was recorded before this time.");
        var mask = new Option<bool>("--mask") { Description = "Replace users, addresses and error messages with pseudonyms." };
        var command = new Verb("export", "Write events into a file: NDJSON, an event a line, a manifest at the end.")
        {
            Examples =
            [
                ("sessions export record.ndjson", "the whole record, with its seals"),
                ("sessions export case.ndjson --session 01a20e3d-e900-7311-9abb-3d2b0e307bec", "one session"),
                ("sessions export /dev/stdout --owner demo --mask | gzip > demo.gz", "one user's, without names"),
            ],
        };
        command.Arguments.Add(file);
        foreach (var option in new Option[] { session, owner, from, to, mask })
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var filter = new ExportFilter(
                parsed.GetValue(session), parsed.GetValue(owner), parsed.GetValue(from), parsed.GetValue(to));
            await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
            await using var output = OutputFile.Open(parsed.GetRequiredValue(file).FullName);
            ExportManifest manifest;
            using (var progress = new Progress(terminal, "events written"))
                manifest = await LogExport.Write(database, filter, parsed.GetValue(mask), output.Stream, progress, cancellation);
            if (manifest.Count == 0 && filter.Session is { } wanted)
                throw new CommandException(ExitCode.No, $"No event of session {wanted:D} matches: no file was written.");
            await output.Complete();
            // To standard error, since standard output may be the events themselves.
            await terminal.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{manifest.Count} events, {manifest.Seals} seals, digest {manifest.Digest}"));
            return ExitCode.Done;
        });
        return command;
    }
}
