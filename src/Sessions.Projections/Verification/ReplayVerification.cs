using System.Data;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Projections.Verification;

/// <summary>What was replayed.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Events">How many events.</param>
public sealed record ReplayReport(long Sessions, long Events);

/// <summary>
/// Replays all sessions, page after page in the order of their ids, as they are at one moment, while others
/// go on writing.
/// </summary>
public static class ReplayVerification
{
    /// <summary>How many sessions are in memory at a time.</summary>
    const int PageSize = 500;

    /// <summary>Compares everything; tells each difference as it is found.</summary>
    public static async Task<ReplayReport> Verify(
        NpgsqlDataSource database, LeasePolicy policy, Action<Difference> tell, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var (sessions, events) = (0L, 0L);
        IReadOnlyList<SessionAddress> page;
        for (var after = default(SessionAddress); (page = await StoredSessions.AddressesAfter(connection, after, PageSize, cancellation)).Count > 0; after = page[^1])
        {
            events += await ReplayCheck.Check(connection, page, policy, tell, cancellation);
            sessions += page.Count;
            progress?.Report(events);
        }

        List<SessionAddress> listed, unfounded;
        for (var after = default(SessionAddress); ; after = listed[^1])
        {
            (listed, unfounded) = await ListWalk.After(connection, after, PageSize, cancellation);
            if (listed.Count == 0)
                return new ReplayReport(sessions, events);
            await ReplayCheck.Check(connection, unfounded, policy, tell, cancellation);
        }
    }

    /// <summary>
    /// Writes rows and messages anew where they are not what the events lead to. The list is not touched:
    /// a read model is rebuilt as a whole.
    /// </summary>
    /// <returns>How many sessions were mended.</returns>
    public static async Task<long> Repair(
        NpgsqlDataSource database, LeasePolicy policy, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        var (seen, mended) = (0L, 0L);
        var after = default(SessionAddress);
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                // At this level a writer who comes in between is noticed, and the page is looked at again.
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
                var page = await StoredSessions.AddressesAfter(connection, after, PageSize, cancellation);
                if (page.Count == 0)
                    return mended;
                var broken = new HashSet<Guid?>();
                await ReplayCheck.Check(connection, page, policy, Note, cancellation);
                var written = broken.Count == 0 ? 0 : await StoredSessions.Restore(
                    connection,
                    await StoredSessions.Read(connection, [.. page.Where(address => broken.Contains(address.Id.Value))], cancellation),
                    policy,
                    cancellation);
                await transaction.CommitAsync(cancellation);
                (after, seen, mended) = (page[^1], seen + page.Count, mended + written);
                progress?.Report(seen);

                void Note(Difference difference)
                {
                    if (difference.Kind is DifferenceKind.Stream or DifferenceKind.Snapshot or DifferenceKind.Schedule)
                        broken.Add(difference.Session);
                }
            }
            catch (PostgresException overtaken) when (overtaken.SqlState == PostgresErrorCodes.SerializationFailure)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }
}
