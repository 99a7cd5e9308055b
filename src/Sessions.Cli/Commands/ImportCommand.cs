using System.CommandLine;
using System.Globalization;
using Sessions.Cli.Frame;
using Sessions.Projections.Exports;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions import FILE --into DATABASE</c>: an exported file into another database.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "The exported file." };
        file.AcceptExistingOnly();
        // Never the configured database: servers run on that one.
        var into = new Option<string>("--into")
        {
            Description = "The Npgsql connection string of the database to write to.", HelpName = "string", Required = true,
        };
        var command = new Verb(
            "import", "Import an exported file into a database that has the schema and none of the file's sessions. Writes.")
        {
            Examples =
            [
                ("sessions migrate --connection \"Host=db2;Database=copy\"", "creates the schema"),
                ("sessions import record.ndjson --into \"Host=db2;Database=copy\"", "all of it, or nothing"),
            ],
        };
        command.Arguments.Add(file);
        command.Options.Add(into);
        command.SetAction(async (parsed, cancellation) =>
        {
            var policy = settings.Policy();
            await using var database = Database.Open(Settings.Checked(parsed.GetRequiredValue(into)));
            using var progress = new Progress(terminal, "events read");
            try
            {
                var count = await LogImport.Read(
                    parsed.GetRequiredValue(file).FullName, database, policy, progress, cancellation);
                terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} events imported."));
                return ExitCode.Done;
            }
            catch (Exception refused) when (refused is FormatException or InvalidOperationException)
            {
                throw new CommandException(ExitCode.No, $"Nothing was imported. {refused.Message}");
            }
        });
        return command;
    }
}
