using System.CommandLine;
using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;

namespace Sessions.Cli.Frame;

/// <summary>
/// The argument of commands on one session: its id, which is looked up in the database, or an exported file, which
/// needs no database.
/// </summary>
internal sealed class SessionArgument(Settings settings)
{
    readonly Argument<string> source = new("id|file") { Description = "The session's id, or an exported file." };

    readonly Option<string?> session = new("--session")
    {
        Description = "Which session, if the file holds several.",
        HelpName = "id",
    };

    /// <summary>Adds the argument and its option to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(source);
        command.Options.Add(session);
    }

    /// <summary>The session's history, from its creation on.</summary>
    /// <exception cref="CommandException">No such session or file, or the session's first event is missing.</exception>
    public async Task<SessionHistory> Find(ParseResult parsed, CancellationToken cancellation)
    {
        var history = await FindPart(parsed, cancellation);
        if (history.Events[0].Version == 1)
            return history;
        var isOfDatabase = SessionId.TryParse(parsed.GetRequiredValue(source), out _);
        throw new CommandException(
            isOfDatabase ? ExitCode.No : ExitCode.Usage,
            $"The {(isOfDatabase ? "log" : "file")} lacks the beginning of session {history.Address.Id}: its events start at version "
            + $"{history.Events[0].Version}, so its states are unknown. 'sessions history' shows its events.");
    }

    /// <summary>The same, but it may begin in the session's middle, as in a file that was cut by time.</summary>
    public async Task<SessionHistory> FindPart(ParseResult parsed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var text = parsed.GetRequiredValue(source);
        if (!SessionId.TryParse(text, out var id))
        {
            return File.Exists(text)
                ? await FindInFile(text, parsed.GetValue(session), cancellation)
                : throw new CommandException(ExitCode.Usage, $"'{text}' is neither a session's id nor an existing file.");
        }

        await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
        await using var store = new EventStore(database, new CommandOptions());
        var history = await SessionHistory.Find(store, id, cancellation)
            ?? throw new CommandException(ExitCode.No, $"Session {id} never existed.");
        return history.Events.Count > 0
            ? history
            : throw new CommandException(
                ExitCode.No, $"Session {id} existed, but its events are gone from the log. 'sessions verify' names what is missing.");
    }

    static async Task<SessionHistory> FindInFile(string path, string? wanted, CancellationToken cancellation)
    {
        var events = new List<LoggedEvent>();
        await foreach (var logged in EventFile.Read(path, cancellation))
        {
            if (wanted is not null && !string.Equals(logged.Address.Id.ToString(), wanted, StringComparison.OrdinalIgnoreCase))
                continue;
            if (events.Count > 0 && events[0].Address != logged.Address)
                throw new CommandException(ExitCode.Usage, $"{path} holds several sessions: choose one with --session.");
            events.Add(logged);
        }

        return events.Count > 0
            ? new SessionHistory(events[0].Address, events)
            : throw new CommandException(ExitCode.No, $"{path} holds no event{(wanted is null ? "" : $" of session {wanted}")}.");
    }
}
