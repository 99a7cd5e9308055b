using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Following;

/// <summary>How far a follower has come.</summary>
/// <param name="Follower">Its name.</param>
/// <param name="Position">The last event that it has processed.</param>
/// <param name="Events">How many events it has processed, from the log's first: the number of the last one.</param>
public sealed record Checkpoint(string Follower, LogPosition Position, long Events)
{
    /// <summary>
    /// Locks the checkpoints of these followers until the transaction ends, and skips those that another node
    /// has locked.
    /// </summary>
    internal static async Task<List<Checkpoint>> Take(
        NpgsqlConnection connection, string[] followers, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.BeginFollowing).WithArray(NpgsqlDbType.Text, followers);
        batch.Add(Sql.TakeCheckpoints).WithArray(NpgsqlDbType.Text, followers);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var taken = new List<Checkpoint>();
        while (await reader.ReadAsync(cancellation))
            taken.Add(Read(reader));
        return taken;
    }

    /// <summary>Waits for the lock on a follower's checkpoint, and holds it until the transaction ends.</summary>
    internal static async Task<Checkpoint> Hold(
        NpgsqlConnection connection, string follower, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.BeginFollowing).WithArray(NpgsqlDbType.Text, new[] { follower });
        batch.Add(Sql.HoldCheckpoint).With(NpgsqlDbType.Text, follower);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return Read(reader);
    }

    /// <summary>A follower's checkpoint, or null if it has none yet.</summary>
    internal static async Task<Checkpoint?> Find(
        NpgsqlConnection connection, string follower, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindCheckpoint, connection).With(NpgsqlDbType.Text, follower);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>Reads a row that begins with follower, epoch, transaction_id, position and events.</summary>
    internal static Checkpoint Read(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        new LogPosition(reader.GetInt32(1), reader.GetFieldValue<ulong>(2), reader.GetInt64(3)),
        reader.GetInt64(4));

    /// <summary>This checkpoint, moved past the first events of a stretch that begins right after it.</summary>
    internal Checkpoint After(LogStretch stretch, int count) =>
        count == 0 ? this : this with { Position = stretch.Events[count - 1].Position, Events = stretch.First + count - 1 };

    internal async Task Write(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.MoveCheckpoint, connection)
            .With(NpgsqlDbType.Text, Follower)
            .With(NpgsqlDbType.Integer, Position.Epoch)
            .With(NpgsqlDbType.Xid8, Position.Transaction)
            .With(NpgsqlDbType.Bigint, Position.Number)
            .With(NpgsqlDbType.Bigint, Events);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
