using System.Data;
using Npgsql;
using Sessions.Domain;
using Sessions.Projections.Rebuilding;
using Sessions.Storage.Streams;

namespace Sessions.Projections.Verification;

/// <summary>What was replayed.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Events">How many events.</param>
public sealed record ReplayReport(long Sessions, long Events)
{
    /// <summary>
    /// How many rows have a snapshot of another schema. The store reads only the version and the client token of these
    /// rows, and no more was compared.
    /// </summary>
    public long Outdated { get; init; }
}

/// <summary>What was repaired.</summary>
/// <param name="Mended">How many sessions.</param>
/// <param name="Left">
/// How many are left as they are: all or some of their events are missing or unreadable, or their client token leads to
/// another session.
/// </param>
public sealed record RepairReport(long Mended, long Left);

/// <summary>
/// Replays all sessions, page by page in the order of their ids, while writers go on.
/// </summary>
public static class ReplayVerification
{
    /// <summary>How many sessions are in memory at a time.</summary>
    const int PageSize = 500;

    /// <summary>How many events are in memory at a time, unless one session has more: some 50 MB.</summary>
    const int PageEvents = 50_000;

    /// <summary>Compares everything as it is at one moment; reports each difference as it is found.</summary>
    public static async Task<ReplayReport> Verify(
        NpgsqlDataSource database, Action<Difference> tell, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var report = new ReplayReport(Sessions: 0, Events: 0);
        for (var (last, isLast) = (default(SessionAddress), false); !isLast;)
        {
            (var page, isLast) = await StoredSessions.After(connection, last, PageSize, PageEvents, cancellation);
            var (events, outdated) = await ReplayCheck.Check(connection, page, tell, cancellation);
            report = new ReplayReport(report.Sessions + page.Count, report.Events + events) { Outdated = report.Outdated + outdated };
            progress?.Report(report.Events);
            last = isLast ? last : page[^1];
        }

        List<SessionAddress> listed, unfounded;
        for (var after = default(SessionAddress); ; after = listed[^1])
        {
            (listed, unfounded) = await ListWalk.After(connection, after, PageSize, cancellation);
            if (listed.Count == 0)
                return report;
            await ReplayCheck.Check(connection, unfounded, tell, cancellation);
        }
    }

    /// <summary>
    /// Rewrites rows and messages that do not match the events, in a transaction for each page. The list is not touched:
    /// a read model is rebuilt as a whole. Nor are sessions whose events are, or seem, incomplete: their rows may be all
    /// that is right of them.
    /// </summary>
    /// <param name="database">The database to repair.</param>
    /// <param name="policy">Determines when an ended session is removed, if no message says so.</param>
    /// <param name="tell">Gets the differences that cannot be repaired.</param>
    /// <param name="progress">Gets the number of sessions replayed so far.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="RebuildRunsException">Another repair is running.</exception>
    public static async Task<RepairReport> Repair(
        NpgsqlDataSource database, LeasePolicy policy, Action<Difference> tell, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tell);
        var (seen, mended, left) = (0L, 0L, 0L);
        var after = default(SessionAddress);
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                // At this level a concurrent write makes the transaction fail, and the page is read again.
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
                if (!await Alone.Begin(connection, "rebuild snapshots", cancellation))
                    throw new RebuildRunsException("snapshots");
                var (page, isLast) = await StoredSessions.After(connection, after, PageSize, PageEvents, cancellation);
                var broken = (await StoredSessions.Read(connection, page, cancellation))
                    .Select(stored => (Stored: stored, Differences: FaultsOf(stored)))
                    .Where(one => one.Differences.Length > 0)
                    .ToLookup(one => ReplayCheck.IsWhole(one.Stored));
                var (written, barred) = await StreamRepair.Restore(
                    connection, [.. broken[true].Select(one => one.Stored)], policy, cancellation);
                await transaction.CommitAsync(cancellation);
                foreach (var difference in broken[false].SelectMany(one => one.Differences))
                    tell(difference);
                foreach (var address in barred)
                    tell(Difference.Of(DifferenceKind.Stream, address, $"Session {address.Id} of {address.Owner} cannot be mended: its client token leads to another session by now."));
                (seen, mended, left) = (seen + page.Count, mended + written, left + broken[false].Count() + barred.Count);
                progress?.Report(seen);
                if (isLast)
                    return new RepairReport(mended, left);
                after = page[^1];
            }
            // A writer was faster, or has just created a session with one of the client tokens. The retry sees that.
            catch (PostgresException overtaken) when (overtaken.SqlState
                is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>A session's differences but for those of the list.</summary>
    static Difference[] FaultsOf(StoredSession stored) =>
        [.. ReplayCheck.Compare(stored, listedItem: null).Where(difference => difference.Kind != DifferenceKind.List)];
}
