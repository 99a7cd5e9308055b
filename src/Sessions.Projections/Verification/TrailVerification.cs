using System.Data;
using Npgsql;
using NpgsqlTypes;
using Sessions.Projections.Audit;
using Sessions.Projections.Following;
using Sessions.Storage;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// Compares the audit trail with the log, up to the trail's checkpoint: each row must be what
/// <see cref="NumberedEvent"/> makes of its event, and there must be no other row.
/// </summary>
public static class TrailVerification
{
    const int BatchSize = 5000;

    /// <summary>Verifies the trail as it is at this moment; reports each difference as it is found.</summary>
    /// <returns>How many events the trail has followed.</returns>
    public static async Task<long> Verify(
        NpgsqlDataSource database, Action<Difference> tell, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tell);
        await using var trail = await database.OpenConnectionAsync(cancellation);
        await using var moment = await trail.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var name = new AuditTrail().Name;
        var reached = await Checkpoint.Find(trail, name, cancellation) ?? new Checkpoint(name, LogPosition.Start, Events: 0);
        var comparison = new TrailComparison(trail, tell);
        await Compare(database, reached.Position, comparison, progress, cancellation);
        var unfounded = await Count(trail, cancellation) == comparison.Found
            ? []
            : await TellUnfounded(trail, reached.Events, tell, cancellation);
        foreach (var (from, to) in comparison.Numbers.Missing(comparison.Events, reached.Events, unfounded))
        {
            tell(new Difference(DifferenceKind.Trail, from == to
                ? $"The audit trail lacks row {from}, and the log has no event for it."
                : $"The audit trail lacks rows {from} to {to}, and the log has no events for them."));
        }

        if (comparison.Numbers.Last > reached.Events)
        {
            tell(new Difference(
                DifferenceKind.Trail,
                $"The audit trail has a row {comparison.Numbers.Last}, but its checkpoint counts only {reached.Events} events."));
        }

        return reached.Events;
    }

    /// <summary>Every later snapshot can read the events up to the trail's checkpoint, so another connection does.</summary>
    static async Task Compare(
        NpgsqlDataSource database, LogPosition followed, TrailComparison comparison, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (followed == LogPosition.Start)
            return;
        await using var log = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await log.BeginTransactionAsync(cancellation);
        await using var rows = await LogCopy.UpTo(log, followed, cancellation);
        var events = new List<LoggedEvent>(BatchSize);
        while (await rows.Read(cancellation))
        {
            events.Add(rows.TakeEvent());
            if (events.Count < BatchSize)
                continue;
            await comparison.Take(events, cancellation);
            events.Clear();
            progress?.Report(comparison.Events);
        }

        await comparison.Take(events, cancellation);
        progress?.Report(comparison.Events);
    }

    static async Task<long> Count(NpgsqlConnection trail, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.CountTrailRows, trail) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Reports rows that belong to no event.</summary>
    /// <returns>Their numbers, in their order.</returns>
    static async Task<List<long>> TellUnfounded(
        NpgsqlConnection trail, long followed, Action<Difference> tell, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql.FindUnfoundedTrailRows, trail) { CommandTimeout = 0 }.With(NpgsqlDbType.Bigint, followed);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var numbers = new List<long>();
        while (await reader.ReadAsync(cancellation))
        {
            var (number, session, version) = (reader.GetInt64(0), reader.GetGuid(1), reader.GetInt32(2));
            numbers.Add(number);
            tell(new Difference(
                DifferenceKind.Trail, $"Row {number} of the audit trail, of version {version} of session {session:D}, belongs to no event.")
            {
                Session = session, Owner = reader.GetString(3), Version = version,
            });
        }

        return numbers;
    }
}
