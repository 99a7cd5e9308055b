using System.Text.Json;
using Sessions.Api.Vapi.Dialects;
using Sessions.Api.Workers;
using Sessions.Content;
using Sessions.Projections.Drift;
using Sessions.Projections.Following;
using Sessions.Projections.Status;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;

namespace Sessions.Api.Hosting;

/// <summary>
/// Whether this node is alive, and whether it should be given work; if it should not, the status is 503. A stalled log,
/// followers far behind it, dead letters, drift and a failing drift watch are reported but take no node out of service:
/// every node would report the same. A library that can no longer be read is reported too; the node goes on serving its
/// last catalog.
/// </summary>
internal sealed partial class Health(
    Migrator migrator, DatabaseReadiness database, EventLog log, DeadLetters letters, ProjectionRunner runner, DriftWatch drift,
    ContentLibrary library, TimeProvider clock, ILogger<Health> logger)
{
    /// <summary>How long the database may take to answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long a ready result is reused. Any other result is not.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>Some monitors ask for the status alone, by HEAD.</summary>
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    readonly Lock gate = new();
    Task<Report>? look;
    Task<Report>? asking;
    long lookedAt;

    /// <summary>The age at which an open transaction counts as stalling the log; a test sets a shorter one.</summary>
    internal TimeSpan StallAge { get; set; } = StoreStatus.StallAge;

    public async Task Ready(HttpContext http)
    {
        var report = WithLibrary(await SharedLook().WaitAsync(http.RequestAborted));
        http.Response.StatusCode = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        JsonResponse.Write(http.Response, report, static (json, report) => report.Write(json));
    }

    public static Task Live(HttpContext http)
    {
        JsonResponse.Write(http.Response, "live", static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    /// <summary>
    /// Each node reads the library for itself. One that never could is not ready: it has no items to create sessions on.
    /// </summary>
    Report WithLibrary(Report report) => library.ScanFailure is null ? report : report with
    {
        Problem = report.Problem ?? (library.HasBeenRead ? null : "the content library cannot be read"),
        LibraryFailed = true,
    };

    /// <summary>
    /// Clients need no login and may ask at any rate: they share one look at a time, which takes one connection at a time.
    /// </summary>
    Task<Report> SharedLook()
    {
        lock (gate)
        {
            var isFresh = look is { IsCompletedSuccessfully: true, Result.IsReady: true } && clock.GetElapsedTime(lookedAt) < Freshness;
            if (look is { IsCompleted: false } || isFresh)
                return look!;
            lookedAt = clock.GetTimestamp();
            return look = Look();
        }
    }

    /// <summary>
    /// What the database answers, or that it did not answer in time. A late query runs on to its end, and the next look
    /// waits for it instead of asking again: there is never more than one.
    /// </summary>
    async Task<Report> Look()
    {
        try
        {
            if (asking is not { IsCompleted: false })
                asking = Ask();
            return await asking.WaitAsync(Patience, clock);
        }
        catch (Exception unreachable)
        {
            var (trace, reason) = Failure.ToLog(unreachable);
            LogUnreachable(trace, reason);
            return new Report("the database cannot be reached", [], [], [], DeadLetters: null, Drift: null);
        }
    }

    async Task<Report> Ask()
    {
        var missing = await migrator.FindMissing(CancellationToken.None);
        if (missing.Count > 0)
            return new Report("migrations are missing", missing, [], [], DeadLetters: null, Drift: null);
        // Another node may have migrated the schema while this one still answers every call with 503.
        if (!database.Ready.IsCompleted)
            return new Report("the server has not read the database yet", missing, [], [], DeadLetters: null, Drift: null);
        var report = await drift.Look(CancellationToken.None);
        return new Report(
            Problem: null,
            missing,
            await log.FindBlockers(StallAge, CancellationToken.None),
            await runner.Look(CancellationToken.None),
            await letters.Count(CancellationToken.None),
            report)
        {
            DriftWatchFailed = drift.IsSilent(report),
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the database cannot be queried: {Reason}")]
    partial void LogUnreachable(Exception? trace, string reason);

    sealed record Report(
        string? Problem,
        IReadOnlyList<string> Missing,
        IReadOnlyList<LogBlocker> Blockers,
        IReadOnlyList<FollowerLag> Lags,
        long? DeadLetters,
        DriftReport? Drift)
    {
        /// <summary>Whether the last scan of the content library failed.</summary>
        public bool LibraryFailed { get; init; }

        /// <summary>Whether no node has replayed a sample for far too long.</summary>
        public bool DriftWatchFailed { get; init; }

        public bool IsReady => Problem is null;

        bool IsWhole => !LibraryFailed && !DriftWatchFailed && StoreStatus.AreWhole(Blockers, Lags, DeadLetters, Drift);

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("status", !IsReady ? "not ready" : IsWhole ? "ready" : "degraded");
            if (Problem is not null)
                json.WriteString("problem", Problem);
            // The log has the path and the disk's error.
            if (LibraryFailed)
                json.WriteString("content_library", "cannot be read");
            if (Missing.Count > 0)
                json.WriteString("missing_migrations", string.Join(", ", Missing));
            if (Blockers is [var oldest, ..])
            {
                json.WriteStartObject("log_stalled_by");
                json.WriteNumber("pid", oldest.ProcessId);
                json.WriteString("application", oldest.Application);
                json.WriteNumber("open_for_seconds", (long)oldest.Age.TotalSeconds);
                json.WriteEndObject();
            }

            if (Lags.Count > 0)
            {
                json.WriteStartObject("followers");
                foreach (var lag in Lags)
                {
                    json.WriteStartObject(lag.Follower);
                    json.WriteNumber("events_behind", lag.EventsBehind);
                    json.WriteNumber("seconds_behind", Math.Round(lag.Behind.TotalSeconds, 3));
                    if (lag.IsAstray)
                        json.WriteBoolean("astray", value: true);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            if (DeadLetters is { } dead)
                json.WriteNumber("dead_letters", dead);
            if (DriftWatchFailed)
                json.WriteString("drift_watch", "fails");
            if (Drift is { Oldest: [var first, ..] })
            {
                json.WriteStartObject("drift");
                json.WriteNumber("findings", Drift.Findings);
                // Clients need no login for this, so the session is named only in the log and in "sessions status".
                json.WriteString("oldest", first.Kind);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    }
}
