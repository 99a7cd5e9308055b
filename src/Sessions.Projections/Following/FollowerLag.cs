using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Projections.Following;

/// <summary>How far a follower is behind the log.</summary>
/// <param name="Reached">How far it has come.</param>
/// <param name="EventsBehind">Events yet to be processed, counted up to <see cref="ProjectionRunner.BatchLimit"/>.</param>
/// <param name="Behind">The age of the oldest of them, less the follower's patience; zero if there is none.</param>
/// <param name="IsReadable">Whether at least one of them is not held back by an open transaction.</param>
/// <param name="IsAstray">
/// Whether the log has no event at its checkpoint: either the checkpoint was moved, and the events before it are
/// skipped, or the event was removed.
/// </param>
public sealed record FollowerLag(Checkpoint Reached, long EventsBehind, TimeSpan Behind, bool IsReadable, bool IsAstray)
{
    /// <summary>Its name.</summary>
    public string Follower => Reached.Follower;

    /// <summary>How far these followers, each with its patience, are behind, in one statement.</summary>
    internal static async Task<IReadOnlyList<FollowerLag>> Find(
        NpgsqlConnection connection, (string Name, TimeSpan Patience)[] followers, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindLags)
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(followers, follower => follower.Name))
            .WithArray(NpgsqlDbType.Interval, Array.ConvertAll(followers, follower => follower.Patience))
            .With(NpgsqlDbType.Integer, ProjectionRunner.BatchLimit);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var lags = new List<FollowerLag>(followers.Length);
        while (await reader.ReadAsync(cancellation))
        {
            lags.Add(new FollowerLag(
                Checkpoint.Read(reader), reader.GetInt64(5), reader.GetFieldValue<TimeSpan>(6), reader.GetBoolean(7), reader.GetBoolean(8)));
        }

        return lags;
    }
}
