using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Bench.Past;

/// <summary>How long it takes to see a session as it was.</summary>
internal sealed record StateTimes(TimeSpan P50, TimeSpan P99, TimeSpan Slowest)
{
    const int Samples = 1000;
    const int WarmUp = 100;

    /// <summary>Asks, one after another, for sessions drawn from all of the month at times drawn from their lives.</summary>
    public static async Task<StateTimes> Take(
        Server server, string token, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var moments = await Draw(database, cancellation);
        var times = new List<TimeSpan>();
        foreach (var (session, at) in moments)
        {
            var started = Stopwatch.GetTimestamp();
            await server.Send(
                HttpMethod.Get, $"/api/audit/sessions/{session}/state?at={at:yyyy-MM-ddTHH:mm:ss.ffffffZ}", token, json: null,
                cancellation);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        TimeSpan[] sorted = [.. times.Skip(WarmUp).Order()];
        return new StateTimes(sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], sorted[^1]);
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
