using Npgsql;
using Sessions.Projections.Following;
using Sessions.Projections.Seals;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// Verifies that each checkpoint lies where a pass can have put it: at an event or before the first, and that of the seals
/// not beyond the newest seal. Events that were skipped within the log are missing from what the follower wrote, where
/// other verifications report them.
/// </summary>
public static class CheckpointVerification
{
    /// <summary>Verifies the checkpoints as they are at this moment; reports each difference.</summary>
    public static async Task Verify(NpgsqlDataSource database, Action<Difference> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tell);
        await using var command = database.CreateCommand(Sql.FindCheckpoints);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var reached = Checkpoint.Read(reader);
            var (isAtEvent, seal) = (reader.GetBoolean(5), reader.GetInt64(6));
            var isSealed = new LogPosition(reader.GetInt32(7), reader.GetFieldValue<ulong>(8), reader.GetInt64(9));
            if (!isAtEvent)
                Tell(reached, "where the log has no event: events before it were skipped, or the event was removed");
            else if (reached.Follower == Sealer.FollowerName && reached.Position > isSealed)
                Tell(reached, seal == 0 ? "but there is no seal" : $"but the newest seal, {seal}, ends at {isSealed}");
        }

        void Tell(Checkpoint reached, string says) => tell(new Difference(
            DifferenceKind.Checkpoint, $"The checkpoint of {reached.Follower} lies at {reached.Position}, {says}."));
    }
}
