using System.Diagnostics;
using System.Globalization;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>What a storm of expiries did.</summary>
/// <param name="Expired">How many sessions.</param>
/// <param name="Callers">How many callers created sessions meanwhile, each one at a time.</param>
/// <param name="Took">From the first lease's end until the last expiry was visible.</param>
/// <param name="EarliestBy">The smallest time from a lease's end to its expiry; negative would be too early.</param>
/// <param name="CreateP99">The 99th percentile of the creations meanwhile.</param>
internal sealed record Storm(
    int Expired, int Callers, TimeSpan Took, TimeSpan EarliestBy, TimeSpan CreateP99);

/// <summary>How late sessions expire when the server has nothing else to do.</summary>
internal sealed record Lateness(TimeSpan Least, TimeSpan Most);

/// <summary>Measures the schedule: many sessions due at once, and a few due now and then.</summary>
internal sealed class Expiry(Rig rig)
{
    /// <summary>How many sessions are due at once.</summary>
    const int StormSessions = 100_000;

    /// <summary>How many sessions are created with the same lease time; few, so that all leases end together.</summary>
    const int AtOnce = 1024;

    const int LateSessions = 20;

    static readonly TimeSpan LateLease = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LateApart = TimeSpan.FromMilliseconds(137);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan StormMax = TimeSpan.FromMinutes(2);

    static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Lets 100,000 leases end at the same moment while some callers create sessions.</summary>
    public async Task<Storm> RunStorm(int callers, CancellationToken cancellation)
    {
        var (first, last) = await CreateDueTogether(cancellation);
        var before = first - Clock.GetUtcNow();
        if (before > TimeSpan.Zero)
            await Task.Delay(before, Clock, cancellation);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var side = Enumerable.Range(0, callers).Select(_ => CreateUntil(over.Token)).ToArray();
        while (await AnyDue(last, cancellation))
        {
            if (Clock.GetUtcNow() - first > StormMax)
                throw new InvalidOperationException($"Not all sessions were expired within {StormMax}.");
            await Task.Delay(Look, cancellation);
        }

        var took = Clock.GetUtcNow() - first;
        await over.CancelAsync();
        TimeSpan[] creates = [.. (await Task.WhenAll(side)).SelectMany(times => times).Order()];
        var (expired, least, _) = await Delays(first, cancellation);
        if (expired != StormSessions)
            throw new InvalidOperationException($"{expired} sessions were expired instead of {StormSessions}.");
        var storm = new Storm(
            expired, callers, took, least, creates[(int)((creates.Length - 1) * 0.99)]);
        Progress.Say($"{expired} expired in {took.TotalSeconds:F1} s beside {callers} callers: "
            + $"{creates.Length} creates, p99 {storm.CreateP99.TotalMilliseconds:F0} ms");
        return storm;
    }

    /// <summary>Creates a few sessions with short leases, one after another, and waits for their expiry.</summary>
    /// <param name="server">The only server that runs, with a lease of one second.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Lateness> RunLate(Server server, CancellationToken cancellation)
    {
        var since = Clock.GetUtcNow();
        for (var i = 0; i < LateSessions; i++)
        {
            await rig.Create(server, cancellation);
            await Task.Delay(LateApart, cancellation);
        }

        var last = Clock.GetUtcNow() + LateLease;
        while (await AnyDue(last, cancellation))
        {
            if (Clock.GetUtcNow() - last > StormMax)
                throw new InvalidOperationException($"Not all sessions were expired within {StormMax}.");
            await Task.Delay(Look, cancellation);
        }

        var (expired, least, most) = await Delays(since, cancellation);
        Progress.Say($"{expired} expired between {least.TotalMilliseconds:F0} and {most.TotalMilliseconds:F0} ms late");
        return expired == LateSessions
            ? new Lateness(least, most)
            : throw new InvalidOperationException($"{expired} sessions were expired instead of {LateSessions}.");
    }

    /// <summary>The settings of the server for <see cref="RunLate"/>.</summary>
    public static IReadOnlyDictionary<string, string> LateSettings { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Lease__IdleTimeout"] = LateLease.ToString("c", CultureInfo.InvariantCulture) };

    /// <summary>Creates sessions whose leases end at one moment; returns the first and the last lease's end.</summary>
    async Task<(DateTimeOffset First, DateTimeOffset Last)> CreateDueTogether(CancellationToken cancellation)
    {
        // Twice the time that creating them takes.
        var due = Clock.GetUtcNow() + (2 * rig.SeedingTime(StormSessions)) + TimeSpan.FromSeconds(2);
        var (first, last) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        var all = Enumerable.Range(0, StormSessions).Select(number => $"due-{number / 10:D5}");
        foreach (var owners in all.Chunk(AtOnce))
        {
            var left = due - Clock.GetUtcNow();
            if (left < TimeSpan.FromSeconds(1))
                throw new InvalidOperationException("The sessions were due before all of them were created.");
            var lease = Rig.LongLease with { IdleTimeout = left };
            var created = await rig.Seeding.Create(owners, lease, cancellation);
            foreach (var outcome in created)
            {
                var end = ((Session.Active)outcome.Session).Lease.ExpiresAt;
                (first, last) = (end < first ? end : first, end > last ? end : last);
            }
        }

        var apart = (last - first).TotalMilliseconds;
        Progress.Say($"{StormSessions} sessions are due within {apart:F0} ms of each other");
        return (first, last);
    }

    async Task<List<TimeSpan>> CreateUntil(CancellationToken over)
    {
        var times = new List<TimeSpan>();
        while (!over.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            // Not canceled at the end: every request that was sent is answered.
            await rig.Create(rig.Server, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times;
    }

    async Task<bool> AnyDue(DateTimeOffset last, CancellationToken cancellation)
    {
        await using var command = rig.Cluster.Served
            .CreateCommand("select exists (select from event_store.scheduled_messages where due_at <= $1)")
            .With(NpgsqlDbType.TimestampTz, last);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The time from the promised end of a lease to the recorded expiry, of all sessions expired since.</summary>
    async Task<(int Count, TimeSpan Least, TimeSpan Most)> Delays(DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = rig.Cluster.Served.CreateCommand("""
            select count(*)::integer, coalesce(min(delay), '0'), coalesce(max(delay), '0')
            from (
                select expired.recorded_at - (created.data ->> 'expiresAt')::timestamptz as delay
                from event_store.events as expired
                join event_store.events as created using (stream_id, owner)
                where expired.type = 'session_expired'
                  and expired.recorded_at >= $1
                  and created.type = 'session_created'
            ) as measured
            """).With(NpgsqlDbType.TimestampTz, since);
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt32(0), row.GetFieldValue<TimeSpan>(1), row.GetFieldValue<TimeSpan>(2));
    }
}
