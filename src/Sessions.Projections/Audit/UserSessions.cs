using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>The sessions that a user had at some moment, as they were then.</summary>
/// <param name="User">Whose.</param>
/// <param name="At">When.</param>
/// <param name="Sessions">The sessions, in the order of their ids.</param>
/// <param name="NextCursor">The session after which the next page begins; null when this was the last.</param>
/// <param name="Faults">Sessions whose state cannot be derived from their events, and why; null for none.</param>
public sealed record UserSessions(string User, DateTimeOffset At, IReadOnlyList<SessionLife> Sessions, string? NextCursor, IReadOnlyList<string>? Faults)
{
    /// <summary>
    /// Reads them. The audit trail says which sessions there were, and their events say what they were. The trail may lag,
    /// so a session whose events include its removal is left out. It takes longer the more events the user had by then.
    /// </summary>
    internal static async Task<UserSessions> Read(
        NpgsqlConnection connection, string user, DateTimeOffset at, Guid? after, int limit)
    {
        await using var command = new NpgsqlCommand(Sql.ReadUserEvents, connection)
            .With(NpgsqlDbType.Text, user)
            .With(NpgsqlDbType.TimestampTz, at.ToUniversalTime())
            .With(NpgsqlDbType.Uuid, after)
            .With(NpgsqlDbType.Integer, limit + 1);
        await using var reader = await command.ExecuteReaderAsync();
        var (seen, sessions, faults, told) = (new List<Guid>(), new List<SessionLife>(), new List<string>(), new ToldLife());
        int? next = null;
        while (await reader.ReadAsync())
        {
            var session = reader.GetGuid(LoggedEvent.ColumnCount);
            if (seen is not [.., var last] || last != session)
            {
                Tell();
                seen.Add(session);
            }

            if (!await reader.IsDBNullAsync(0))
                told.Add(LoggedEvent.Read(reader));
            next = await reader.IsDBNullAsync(LoggedEvent.ColumnCount + 1) ? null : reader.GetInt32(LoggedEvent.ColumnCount + 1);
        }

        // One session beyond the limit shows that there is another page. It is not returned.
        if (seen.Count > limit)
            return Page(seen[limit - 1].ToString("D"));
        Tell();
        return Page(nextCursor: null);

        void Tell()
        {
            if (next is { } version)
                told.EndBefore(version);
            if (told.Life is { Deleted: null } life)
                sessions.Add(life);
            else if (told.Life is null && seen is [.., var last])
                faults.Add($"Session {last:D}: {told.Fault ?? "the log has no event of it any more"}");
            (told, next) = (new ToldLife(), null);
        }

        UserSessions Page(string? nextCursor) => new(user, at, sessions, nextCursor, faults.Count > 0 ? faults : null);
    }
}
