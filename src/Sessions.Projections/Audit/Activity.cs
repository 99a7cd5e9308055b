using System.Collections.Frozen;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Projections.Following;
using Sessions.Storage;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Projections.Audit;

/// <summary>What happened within a minute.</summary>
/// <param name="Minute">When it began.</param>
/// <param name="Created">Sessions created.</param>
/// <param name="Canceled">Sessions canceled.</param>
/// <param name="Failed">Sessions failed by their clients.</param>
/// <param name="ExpiredIdle">Sessions expired because nobody used them.</param>
/// <param name="ExpiredComplete">Sessions expired whose client was done.</param>
/// <param name="ExpiredLifetime">Sessions expired because they reached the longest life allowed.</param>
/// <param name="Deleted">Sessions removed, on request or after their retention.</param>
/// <param name="Transfers">Transfers that ended, complete or aborted.</param>
/// <param name="Bytes">The bytes sent in them.</param>
/// <param name="Alive">Sessions created and not yet removed at the minute's end.</param>
public sealed record ActivityMinute(
    DateTimeOffset Minute, long Created, long Canceled, long Failed, long ExpiredIdle, long ExpiredComplete,
    long ExpiredLifetime, long Deleted, long Transfers, long Bytes, long Alive);

/// <summary>Follows the log, and counts what happened in each minute.</summary>
/// <param name="passesDamage">Whether it skips a damaged event; false in a rebuild, as in <see cref="AuditTrail"/>.</param>
public sealed class Activity(bool passesDamage = true) : ILogFollower
{
    /// <summary>How many counters a minute has.</summary>
    internal const int Counters = 9;

    /// <summary>The counters of events whose type determines them, so that no data need be read; null for none.</summary>
    static readonly FrozenDictionary<string, Counter?> ByName = new Dictionary<Type, Counter?>
    {
        [typeof(SessionCreated)] = Counter.Created,
        [typeof(SessionKeptAlive)] = null,
        [typeof(FilePrepared)] = null,
        [typeof(TransferStarted)] = null,
        [typeof(SessionCanceled)] = Counter.Canceled,
        [typeof(SessionFailed)] = Counter.Failed,
        [typeof(SessionDeleted)] = Counter.Deleted,
    }.ToFrozenDictionary(one => EventJson.Types[one.Key].Name, one => one.Value, StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "activity";

    /// <inheritdoc/>
    public async Task<int> Write(LogStretch stretch, ReadModelTables tables, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        ArgumentNullException.ThrowIfNull(tables);
        var minutes = new SortedDictionary<DateTimeOffset, long[]>();
        foreach (var logged in stretch.Events)
        {
            try
            {
                Count(minutes, logged);
            }
            catch (UnreadableEventException damaged) when (passesDamage && !damaged.IsNewer)
            {
                // Waiting would never make it readable, and verify reports it.
            }
        }

        if (minutes.Count > 0)
            await Add(minutes, tables, cancellation);
        return stretch.Events.Count;
    }

    /// <summary>Counts an event in its minute. The counters are in the order of the table's columns.</summary>
    /// <exception cref="UnreadableEventException">It cannot be read.</exception>
    internal static void Count(SortedDictionary<DateTimeOffset, long[]> minutes, LoggedEvent logged)
    {
        if (MeaningOf(logged) is not var (counter, bytes))
            return;
        var minute = new DateTimeOffset(logged.At.UtcTicks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        if (!minutes.TryGetValue(minute, out var counts))
            minutes.Add(minute, counts = new long[Counters]);
        counts[(int)counter]++;
        counts[(int)Counter.Bytes] += bytes;
    }

    /// <summary>The minutes of a span in which anything happened, oldest first.</summary>
    internal static async Task<ActivityPage> Read(
        NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        await using var command = new NpgsqlCommand(Sql.ReadActivity, connection)
            .With(NpgsqlDbType.TimestampTz, from.ToUniversalTime())
            .With(NpgsqlDbType.TimestampTz, to.ToUniversalTime())
            .With(NpgsqlDbType.Integer, limit + 1);
        await using var reader = await command.ExecuteReaderAsync();
        var minutes = new List<ActivityMinute>();
        while (await reader.ReadAsync())
        {
            minutes.Add(new ActivityMinute(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8),
                reader.GetInt64(9), reader.GetInt64(10)));
        }

        return minutes.Count <= limit
            ? new ActivityPage(minutes, NextFrom: null)
            : new ActivityPage(minutes[..limit], minutes[limit].Minute);
    }

    static async Task Add(
        SortedDictionary<DateTimeOffset, long[]> minutes, ReadModelTables tables, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(tables.Connection);
        var add = batch.Add(tables.Of(Sql.AddActivity)).WithArray(NpgsqlDbType.TimestampTz, minutes.Keys.ToArray());
        for (var i = 0; i < Counters; i++)
            add.WithArray(NpgsqlDbType.Bigint, minutes.Values.Select(counts => counts[i]).ToArray());
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Which counter an event increments, and the bytes it sent; null if it increments none.</summary>
    static (Counter Counter, long Bytes)? MeaningOf(LoggedEvent logged)
    {
        if (ByName.TryGetValue(logged.Type, out var counter))
            return counter is { } moved ? (moved, 0) : null;
        return logged.Event switch
        {
            SessionExpired { Reason: ExpiryReason.Complete } => (Counter.ExpiredComplete, 0),
            SessionExpired { Reason: ExpiryReason.Lifetime } => (Counter.ExpiredLifetime, 0),
            SessionExpired => (Counter.ExpiredIdle, 0),
            FileTransferred e => (Counter.Transfers, e.Range.Length),
            TransferAborted e => (Counter.Transfers, e.Range.Length),
            var unknown => throw new UnreachableException($"{unknown} has no counter."),
        };
    }

    /// <summary>The counters of a minute, in the order of the table's columns.</summary>
    enum Counter
    {
        Created,
        Canceled,
        Failed,
        ExpiredIdle,
        ExpiredComplete,
        ExpiredLifetime,
        Deleted,
        Transfers,
        Bytes,
    }
}
