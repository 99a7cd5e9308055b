using System.CommandLine;
using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Storage;

namespace Sessions.Cli.Frame;

/// <summary>
/// What commands on one session are given: its id, to be looked up in the database, or an exported file, for
/// which no database is needed.
/// </summary>
internal sealed class SessionArgument(Settings settings)
{
    readonly Argument<string> source = new("id|file") { Description = "The session's id, or a file that was exported." };

    readonly Option<string?> session = new("--session")
    {
        Description = "The session's id, for a file that holds several.",
        HelpName = "id",
    };

    /// <summary>Adds what says which session to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(source);
        command.Options.Add(session);
    }

    /// <summary>The session's history.</summary>
    /// <exception cref="CommandException">There never was such a session, or the file is none.</exception>
    public async Task<SessionHistory> Find(ParseResult parsed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var text = parsed.GetRequiredValue(source);
        if (!SessionId.TryParse(text, out var id) && File.Exists(text))
            return await FindInFile(text, parsed.GetValue(session), cancellation);

        await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
        await using var store = new EventStore(database, new CommandOptions());
        return (id == default ? null : await SessionHistory.Find(store, id, cancellation)) ?? throw NotFound(text);
    }

    static async Task<SessionHistory> FindInFile(string path, string? wanted, CancellationToken cancellation)
    {
        var events = new List<RecordedEvent>();
        await foreach (var recorded in EventFile.Read(path, cancellation))
        {
            if (wanted is not null && !string.Equals(recorded.Address.Id.ToString(), wanted, StringComparison.OrdinalIgnoreCase))
                continue;
            if (events.Count > 0 && events[0].Address != recorded.Address)
                throw new CommandException(ExitCode.Usage, $"{path} holds several sessions: say which by --session.");
            events.Add(recorded);
        }

        return events.Count > 0 ? new SessionHistory(events[0].Address, events) : throw NotFound(wanted ?? path);
    }

    static CommandException NotFound(string what) => new(ExitCode.No, $"There never was a session {what}.");
}
