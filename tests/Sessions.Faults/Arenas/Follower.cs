using System.Collections.Immutable;
using Npgsql;
using Sessions.Storage.Log;

namespace Sessions.Faults.Arenas;

/// <summary>Reads the log as a projection does: goes on from its last position, whatever happens to the database.</summary>
sealed class Follower(NpgsqlDataSource database, TimeProvider clock) : IAsyncDisposable
{
    const int BatchLimit = 500;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    readonly EventLog log = new(database);
    readonly List<LogPosition> met = [];
    readonly CancellationTokenSource end = new();
    Task running = Task.CompletedTask;
    LogPosition position = LogPosition.Start;

    /// <summary>What it has met so far.</summary>
    public ImmutableArray<LogPosition> Met
    {
        get
        {
            lock (met)
                return [.. met];
        }
    }

    public void Start() => running = Follow();

    /// <summary>
    /// Reads on until it has met the last event; no event may be added any more. Nothing may come for a while, because any
    /// open transaction, even one of PostgreSQL's own, holds readers back. An event that never comes counts as skipped.
    /// </summary>
    public async Task Finish(LogPosition last, TimeSpan patience)
    {
        await end.CancelAsync();
        await running;
        var read = clock.GetTimestamp();
        while (true)
        {
            if (await Read() > 0)
                read = clock.GetTimestamp();
            else if (position >= last || clock.GetElapsedTime(read) > patience)
                return;
            else
                await Task.Delay(Pause, clock);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running;
        end.Dispose();
    }

    async Task Follow()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                if (await Read() < BatchLimit)
                    await Task.Delay(Pause, clock);
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
            {
                database.Clear();
                await Task.Delay(Pause, clock);
            }
        }
    }

    async Task<int> Read()
    {
        var events = await log.ReadAfter(position, BatchLimit, CancellationToken.None);
        lock (met)
            met.AddRange(events.Select(recorded => recorded.Position));
        position = events.Count > 0 ? events[^1].Position : position;
        return events.Count;
    }
}
