using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Cli.Frame;
using Sessions.Projections.Status;
using Sessions.Storage;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions migrate</c>: brings a database to the newest schema, as a starting server does.</summary>
internal static class MigrateCommand
{
    public static Command Create(Terminal terminal, Settings settings)
    {
        var check = new Option<bool>("--check") { Description = "Only list the migrations that are missing." };
        var command = new Verb("migrate", "Bring the database to this program's schema. Writes.")
        {
            Examples = [("sessions migrate --check", "what would be applied"), ("sessions migrate", "applies it")],
        };
        command.Options.Add(check);
        command.SetAction(async (parsed, cancellation) =>
        {
            var isCheck = parsed.GetValue(check);
            var connectionString = await settings.ConnectionString(parsed, cancellation);
            await using var database = isCheck ? Database.OpenReadOnly(connectionString) : Database.Open(connectionString);
            var migrator = new Migrator(database, StoreStatus.Assemblies, NullLogger<Migrator>.Instance);
            var missing = await migrator.FindMissing(cancellation);
            if (!isCheck)
                await migrator.Migrate(cancellation);
            foreach (var name in missing)
                terminal.WriteLine((isCheck ? "missing " : "applied ") + name);
            if (missing.Count == 0)
                terminal.WriteLine("The schema is up to date.");
            return isCheck && missing.Count > 0 ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }
}
