using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Projections.Verification;

/// <summary>Walks the session list, which may have sessions of which nothing else is stored.</summary>
static class ListWalk
{
    /// <summary>The next sessions of the list, and those among them of which nothing else is stored.</summary>
    public static async Task<(List<SessionAddress> Listed, List<SessionAddress> Unfounded)> After(
        NpgsqlConnection connection, SessionAddress after, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.ListedAfter, connection)
            .With(NpgsqlDbType.Text, after.Owner ?? "")
            .With(NpgsqlDbType.Uuid, after.Id.Value)
            .With(NpgsqlDbType.Integer, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (listed, unfounded) = (new List<SessionAddress>(), new List<SessionAddress>());
        while (await reader.ReadAsync(cancellation))
        {
            listed.Add(new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)));
            if (!reader.GetBoolean(2))
                unfounded.Add(listed[^1]);
        }

        return (listed, unfounded);
    }
}
