using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Commands;

/// <summary>Finds what the log holds of commands whose transaction has an unknown outcome.</summary>
static class CommittedCommands
{
    /// <summary>
    /// The recorded ones among these commands, each with its outcome rebuilt from the log. A later decision on the same
    /// command is not what happened: it saw changes of other writers, or was made in doubt.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, CommandOutcome>> Find(
        NpgsqlConnection connection, PendingCommand[] doubtful)
    {
        var outcomes = new Dictionary<Guid, CommandOutcome>();
        var found = await FindIds(connection, doubtful);
        foreach (var stream in doubtful.Where(command => found.Contains(command.Id)).GroupBy(command => command.Address))
        {
            var commands = stream.Select(command => command.Id).ToHashSet();
            var session = Session.Initial;
            await foreach (var recorded in StreamRows.Events(connection, stream.Key))
            {
                session = Session.Evolve(session, recorded.Event);
                if (!commands.Contains(recorded.CommandId))
                    continue;
                var earlier = outcomes.TryGetValue(recorded.CommandId, out var known) ? ((Decision.Accepted)known.Decision).Events : [];
                outcomes[recorded.CommandId] = new CommandOutcome(
                    new Decision.Accepted([.. earlier, recorded.Event]), stream.Key, session);
            }
        }

        return outcomes;
    }

    static async Task<HashSet<Guid>> FindIds(NpgsqlConnection connection, PendingCommand[] doubtful)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindCommitted)
            .WithAddresses(doubtful, command => command.Address)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(doubtful, command => command.Id));
        await using var reader = await batch.ExecuteReaderAsync();
        var found = new HashSet<Guid>();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));
        return found;
    }
}
