using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Bench.Past;

/// <summary>How long it takes to see a session as it was.</summary>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">Nor did 99 of 100.</param>
/// <param name="Slowest">The longest.</param>
/// <param name="SlowestAgain">
/// The longest of the ten slowest when asked for again at once: shows whether these sessions are slow, or something else
/// was at that moment.
/// </param>
internal sealed record StateTimes(TimeSpan P50, TimeSpan P99, TimeSpan Slowest, TimeSpan SlowestAgain)
{
    const int Samples = 1000;
    const int Again = 10;
    const int WarmUp = 100;

    /// <summary>Asks, one after another, for sessions of the whole month, each at the time of one of its events.</summary>
    public static async Task<StateTimes> Take(
        Server server, string token, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var moments = await Draw(database, cancellation);
        var times = new List<((Guid Session, DateTime At) Moment, TimeSpan Took)>();
        foreach (var moment in moments)
            times.Add((moment, await Ask(moment)));

        var sorted = times.Skip(WarmUp).OrderBy(one => one.Took).ToArray();
        var again = TimeSpan.Zero;
        foreach (var (moment, _) in sorted[^Again..])
        {
            var took = await Ask(moment);
            again = took > again ? took : again;
        }

        return new StateTimes(sorted[sorted.Length / 2].Took, sorted[sorted.Length * 99 / 100].Took, sorted[^1].Took, again);

        async Task<TimeSpan> Ask((Guid Session, DateTime At) moment)
        {
            var started = Stopwatch.GetTimestamp();
            await server.Send(
                HttpMethod.Get, $"/api/audit/sessions/{moment.Session}/state?at={moment.At:yyyy-MM-ddTHH:mm:ss.ffffffZ}", token,
                json: null, cancellation);
            return Stopwatch.GetElapsedTime(started);
        }
    }

    static async Task<List<(Guid Session, DateTime At)>> Draw(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select stream_id, recorded_at
            from event_store.events tablesample system (1) repeatable (1)
            order by random()
            limit $1
            """).With(NpgsqlDbType.Integer, Samples + WarmUp);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var drawn = new List<(Guid, DateTime)>();
        while (await rows.ReadAsync(cancellation))
            drawn.Add((rows.GetGuid(0), rows.GetDateTime(1)));
        return drawn;
    }
}
