using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;

namespace Sessions.Storage.Schedule;

/// <summary>A scheduled message that was given up.</summary>
public sealed record DeadLetter(
    SessionAddress Address, string Kind, int Attempts, string LastError, DateTimeOffset DiedAt);

/// <summary>The messages that failed too often, for an operator who fixes the cause.</summary>
public sealed class DeadLetters(NpgsqlDataSource database)
{
    /// <summary>How many there are.</summary>
    public async Task<long> Count(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql.CountDeadLetters);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The newest dead letters.</summary>
    public async Task<IReadOnlyList<DeadLetter>> List(int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql.ListDeadLetters).With(NpgsqlDbType.Integer, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var letters = new List<DeadLetter>();
        while (await reader.ReadAsync(cancellation))
        {
            letters.Add(new DeadLetter(
                new SessionAddress(new SessionId(reader.GetGuid(0)), reader.GetString(1)),
                reader.GetString(2), reader.GetInt16(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return letters;
    }

    /// <summary>Puts one back on the schedule, due at once. False if it is not there any more.</summary>
    public async Task<bool> Retry(SessionAddress address, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql.RetryDeadLetter)
            .With(NpgsqlDbType.Uuid, address.Id.Value)
            .With(NpgsqlDbType.Text, address.Owner);
        return (long)(await command.ExecuteScalarAsync(cancellation))! > 0;
    }

    /// <summary>Drops one. False if it is not there any more, or is the only message of a living session.</summary>
    public async Task<bool> Drop(SessionAddress address, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql.DropDeadLetter)
            .With(NpgsqlDbType.Uuid, address.Id.Value)
            .With(NpgsqlDbType.Text, address.Owner);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }
}
