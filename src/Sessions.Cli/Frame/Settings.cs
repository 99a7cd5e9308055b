using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sessions.Storage;
using Sessions.Storage.Local;

namespace Sessions.Cli.Frame;

/// <summary>
/// Reads the same keys as the server: from <c>appsettings.json</c> in the working folder, then from the
/// environment. The command line overrides both.
/// </summary>
/// <param name="folder">The working folder.</param>
internal sealed class Settings(string folder)
{
    const string ConnectionKey = "ConnectionStrings:Sessions";

    /// <summary>Selects the database on the command line.</summary>
    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = "The Npgsql connection string of the database, instead of the configured one.",
        HelpName = "string",
        Recursive = true,
    };

    /// <summary>Asks for JSON instead of tables.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write JSON, one value a line, for programs.",
        Arity = ArgumentArity.Zero,
        Recursive = true,
    };

    /// <summary>Everything that is configured.</summary>
    public IConfiguration Configuration { get; } = Configured(folder);

    /// <summary>
    /// How to reach the database. If none is configured, it is the private one under <c>.sessions</c>, if a server
    /// runs it.
    /// </summary>
    /// <exception cref="CommandException">None is configured, and none runs.</exception>
    public async Task<string> ConnectionString(ParseResult parsed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        // An empty --connection is a mistake, and must not fall back to another database.
        if (parsed.GetValue(Connection) is { } said)
            return Checked(said);
        if (Configuration[ConnectionKey] is { Length: > 0 } configured)
            return Checked(configured);

        return await LocalPostgres.FindRunning(Path.Combine(folder, ".sessions", "postgres"), cancellation)
            ?? throw new CommandException(ExitCode.Usage,
                $"No database is configured, and none runs under {folder}/.sessions. Start the server here, or set "
                + $"{ConnectionKey}, or pass --connection.");
    }

    /// <summary>Returns the connection string, if it can be used.</summary>
    /// <exception cref="CommandException">It cannot; the message says why.</exception>
    public static string Checked(string connectionString) => Database.FaultOf(connectionString) is { } fault
        ? throw new CommandException(ExitCode.Usage, $"This connection string cannot be used: {fault}")
        : connectionString;

    static IConfiguration Configured(string folder)
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(folder)
                .AddJsonFile("appsettings.json", optional: true)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException wrong)
        {
            throw new CommandException(ExitCode.Usage, $"{wrong.Message} {wrong.GetBaseException().Message}");
        }
    }
}
