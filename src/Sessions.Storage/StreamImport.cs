using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;

namespace Sessions.Storage;

/// <summary>
/// Writes events that were recorded elsewhere: their streams' rows, the schedule and the inline read models
/// come about as they do when events are recorded here.
/// </summary>
public static class StreamImport
{
    /// <summary>Adds the next events, within the transaction that the connection is in.</summary>
    /// <exception cref="InvalidOperationException">A stream is there already, or events of it are missing.</exception>
    public static async Task Append(
        NpgsqlConnection connection,
        IReadOnlyList<LoggedEvent> events,
        LeasePolicy policy,
        InlineProjection project,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(events);
        SessionAddress[] addresses = [.. events.Select(logged => logged.Address).Distinct()];
        await MustBeNobodyElses(connection, addresses, cancellation);
        var streams = await Load(connection, addresses, cancellation);
        foreach (var logged in events)
        {
            var stream = streams[logged.Address];
            if (logged.Version != stream.Version + 1)
            {
                throw new InvalidOperationException(
                    $"Session {logged.Address.Id} of {logged.Address.Owner} has {stream.Version} events here, and version "
                    + $"{logged.Version} comes next: it is there already, or the file has only a part of it.");
            }

            stream.Replay(logged);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Import(streams.Values, events, policy, project);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    static async Task<Dictionary<SessionAddress, StreamChange>> Load(
        NpgsqlConnection connection, SessionAddress[] addresses, CancellationToken cancellation)
    {
        var streams = addresses.ToDictionary(address => address, StreamChange.New);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.LoadStreams)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(addresses, address => address.Id.Value))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(addresses, address => address.Owner));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var address = addresses[(int)reader.GetInt64(0) - 1];
            if (await reader.IsDBNullAsync(1, cancellation))
                continue;
            // One that was there before need not be read: its version alone says that nothing can be added to it.
            streams[address] = StreamRows.FindSnapshot(reader, firstColumn: 2, address, NullLogger.Instance)
                ?? new StreamChange(address, reader.GetInt32(2), Session.Initial);
        }

        return streams;
    }

    /// <summary>An id is one session's: a masked file beside the sessions that it was made of would make two of each.</summary>
    static async Task MustBeNobodyElses(NpgsqlConnection connection, SessionAddress[] addresses, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.FindOtherOwners)
            .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(addresses, address => address.Id.Value))
            .WithArray(NpgsqlDbType.Text, Array.ConvertAll(addresses, address => address.Owner));
        if (await batch.ExecuteScalarAsync(cancellation) is Guid id)
            throw new InvalidOperationException($"Session {id:D} is there already, of another owner: a file with other names for them does not go beside it.");
    }
}
