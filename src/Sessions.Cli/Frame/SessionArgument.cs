using System.CommandLine;
using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Storage;

namespace Sessions.Cli.Frame;

/// <summary>What many commands are given: the id of a session, and from it the session's history.</summary>
internal sealed class SessionArgument(Settings settings)
{
    /// <summary>The id, as it was typed.</summary>
    public Argument<string> Id { get; } = new("id") { Description = "The session's id." };

    /// <summary>The session's history, from the database.</summary>
    /// <exception cref="CommandException">There never was such a session.</exception>
    public async Task<SessionHistory> Find(ParseResult parsed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var text = parsed.GetRequiredValue(Id);
        await using var database = Database.OpenReadOnly(await settings.ConnectionString(parsed, cancellation));
        await using var store = new EventStore(database, new CommandOptions());
        return (SessionId.TryParse(text, out var id) ? await SessionHistory.Find(store, id, cancellation) : null)
            ?? throw new CommandException(ExitCode.No, $"There never was a session {text}.");
    }
}
