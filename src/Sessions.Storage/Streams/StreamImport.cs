using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;

namespace Sessions.Storage.Streams;

/// <summary>
/// Writes events that were recorded elsewhere. Their streams' rows, the schedule and the inline read models are derived
/// as they are for events recorded here.
/// </summary>
public static class StreamImport
{
    /// <summary>Adds the next events, in the connection's current transaction.</summary>
    /// <exception cref="InvalidOperationException">
    /// A stream existed before the transaction, or some of its events are missing.
    /// </exception>
    public static async Task Append(
        NpgsqlConnection connection,
        IReadOnlyList<LoggedEvent> events,
        LeasePolicy policy,
        InlineProjection project,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(events);
        SessionAddress[] addresses = [.. events.Select(logged => logged.Address).Distinct()];
        await MustBeNew(connection, addresses, cancellation);
        var streams = await Load(connection, addresses, cancellation);
        foreach (var logged in events)
        {
            var stream = streams[logged.Address];
            if (logged.Version != stream.Version + 1)
            {
                throw new InvalidOperationException(
                    $"The file has {stream.Version} events of session {logged.Address.Id} of {logged.Address.Owner}, and then version "
                    + $"{logged.Version}: events of it are missing, or the file was altered.");
            }

            stream.Replay(logged);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Import(streams.Values, events, policy, project);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new InvalidOperationException(
                "Another client has just created a session of the file, or an owner has another session with the same client token.",
                taken);
        }
    }

    static async Task<Dictionary<SessionAddress, StreamChange>> Load(
        NpgsqlConnection connection, SessionAddress[] addresses, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Sql.LoadStreams)
            .WithAddresses(addresses);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var loaded = await StreamRows.Read(reader, addresses, NullLogger.Instance, cancellation);
        if (loaded.Outdated.Count > 0)
            throw new UnreachableException("What this program has written, it reads.");
        var streams = addresses.ToDictionary(address => address, StreamChange.New);
        foreach (var stream in loaded.Streams.OfType<StreamChange>())
            streams[stream.Address] = stream;
        return streams;
    }

    /// <summary>
    /// Refuses sessions that exist already: whether the file's events belong to the same session cannot be known. An id
    /// also belongs to one session only: a masked file, imported beside the sessions it was made from, would create each
    /// of them twice.
    /// </summary>
    static async Task MustBeNew(NpgsqlConnection connection, SessionAddress[] addresses, CancellationToken cancellation)
    {
        if (await Find(Sql.FindStreamBefore) is Guid known)
            throw new InvalidOperationException($"Session {known:D} already exists.");
        if (await Find(Sql.FindOtherOwners) is Guid another)
        {
            throw new InvalidOperationException(
                $"Session {another:D} already exists, with another owner: a masked file cannot join the sessions that it was made of.");
        }

        async Task<object?> Find(string statement)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.Add(statement)
                .WithAddresses(addresses);
            return await batch.ExecuteScalarAsync(cancellation);
        }
    }
}
