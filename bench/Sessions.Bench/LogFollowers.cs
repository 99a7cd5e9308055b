using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>How far the servers' followers of the log have come: audit trail, activity, seals.</summary>
internal sealed class LogFollowers(NpgsqlDataSource database)
{
    /// <summary>The followers that deal with every event at once. Seals wait until a run of events is full.</summary>
    static readonly string[] Immediate = ["audit-trail", "activity"];

    static readonly string[] All = [.. Immediate, "seals"];

    static readonly TimeSpan CatchUpMax = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>The age of the oldest event that some follower has not dealt with; zero if there is none.</summary>
    public Task<TimeSpan> Lag(CancellationToken cancellation) => Lag(All, cancellation);

    /// <summary>Waits until audit trail and activity hold all events.</summary>
    /// <exception cref="TimeoutException">They do not catch up.</exception>
    public Task UntilCaughtUp(CancellationToken cancellation) => UntilCaughtUp(Immediate, cancellation);

    /// <summary>Waits until every event is sealed as well, some ten seconds longer.</summary>
    /// <exception cref="TimeoutException">They do not catch up.</exception>
    public Task UntilSealed(CancellationToken cancellation) => UntilCaughtUp(All, cancellation);

    async Task UntilCaughtUp(string[] followers, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (await Lag(followers, cancellation) > TimeSpan.Zero)
        {
            if (Stopwatch.GetElapsedTime(started) > CatchUpMax)
                throw new TimeoutException("The followers do not catch up.");
            await Task.Delay(Look, cancellation);
        }
    }

    /// <summary>One index step for each follower: counting the waiting events would slow the load being measured.</summary>
    async Task<TimeSpan> Lag(string[] followers, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select coalesce(max(clock_timestamp() - next.recorded_at), '0')
            from unnest($1) as asked (follower)
            left join read_models.checkpoints as reached using (follower)
            cross join lateral (
                select recorded_at
                from event_store.events
                where (epoch, transaction_id, position) >
                    (coalesce(reached.epoch, 0), coalesce(reached.transaction_id, '0'), coalesce(reached.position, 0))
                order by epoch, transaction_id, position
                limit 1
            ) as next
            """)
            .With(NpgsqlDbType.Array | NpgsqlDbType.Text, followers);
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
