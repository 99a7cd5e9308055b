using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Projections.Audit;

/// <summary>The sessions that a user had at some moment, as they were then.</summary>
/// <param name="User">Whose.</param>
/// <param name="At">When.</param>
/// <param name="Sessions">The sessions, in the order of their ids.</param>
/// <param name="NextCursor">The session behind which the next page begins; null when this was the last.</param>
public sealed record UserSessions(string User, DateTimeOffset At, IReadOnlyList<SessionLife> Sessions, string? NextCursor)
{
    static readonly string ReadEvents = Sql.Read("read_user_events");

    /// <summary>
    /// Reads them: which sessions there were is told by the audit trail, and what they were by their events.
    /// Takes longer the more events the user had had by then.
    /// </summary>
    internal static async Task<UserSessions> Read(
        NpgsqlDataSource questions, string user, DateTimeOffset at, Guid? after, int limit, CancellationToken cancellation)
    {
        await using var command = questions.CreateCommand(ReadEvents)
            .With(NpgsqlDbType.Text, user)
            .With(NpgsqlDbType.TimestampTz, at.ToUniversalTime())
            .With(NpgsqlDbType.Uuid, after)
            .With(NpgsqlDbType.Integer, limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (sessions, events) = (new List<SessionLife>(), new List<RecordedEvent>());
        while (await reader.ReadAsync(cancellation))
        {
            var recorded = LoggedEvent.Read(reader).Recorded;
            if (events is [var first, ..] && first.Address != recorded.Address)
                Tell();
            events.Add(recorded);
        }

        Tell();
        return sessions.Count <= limit
            ? new UserSessions(user, at, sessions, NextCursor: null)
            : new UserSessions(user, at, sessions[..limit], sessions[limit - 1].Session.ToString("D"));

        void Tell()
        {
            if (SessionLife.Of(events) is { } life)
                sessions.Add(life);
            events.Clear();
        }
    }
}
