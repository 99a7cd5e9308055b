using System.Data;
using System.Globalization;
using Npgsql;
using Sessions.Projections.Audit;
using Sessions.Projections.Following;
using Sessions.Storage.Log;

namespace Sessions.Projections.Verification;

/// <summary>
/// Counts the log again, up to the activity's checkpoint: each minute must have these counts, and there must be no other
/// minute. It takes some 200 bytes of memory for each minute in which anything happened: 100 MB for a year.
/// </summary>
public static class ActivityVerification
{
    const int ProgressStep = 16_384;

    /// <summary>Verifies the activity as it is at this moment; reports each difference.</summary>
    /// <returns>How many events it has followed.</returns>
    public static async Task<long> Verify(
        NpgsqlDataSource database, Action<Difference> tell, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tell);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var reached = await Checkpoint.Find(connection, new Activity().Name, cancellation);
        var minutes = await Counted(database, reached?.Position ?? LogPosition.Start, progress, cancellation);
        await using var command = new NpgsqlCommand(Sql.ReadActivityCounts, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var minute = reader.GetFieldValue<DateTimeOffset>(0);
            var stored = new long[Activity.Counters];
            for (var i = 0; i < stored.Length; i++)
                stored[i] = reader.GetInt64(i + 1);
            minutes.Remove(minute, out var counted);
            if (!stored.AsSpan().SequenceEqual(counted ?? new long[Activity.Counters]))
                Tell(minute, counted is null ? "has counts, but no events" : "has counts that differ from its events");
        }

        foreach (var minute in minutes.Keys)
            Tell(minute, "has events, but no counts");
        return reached?.Events ?? 0;

        void Tell(DateTimeOffset minute, string says) => tell(new Difference(
            DifferenceKind.Activity, string.Create(CultureInfo.InvariantCulture, $"The minute {minute:yyyy-MM-dd HH:mm} of the activity {says}.")));
    }

    /// <summary>
    /// What happened in each minute, by the log. Events before the activity's checkpoint no longer change, so another
    /// connection may read them.
    /// </summary>
    static async Task<SortedDictionary<DateTimeOffset, long[]>> Counted(
        NpgsqlDataSource database, LogPosition followed, IProgress<long>? progress, CancellationToken cancellation)
    {
        var minutes = new SortedDictionary<DateTimeOffset, long[]>();
        if (followed == LogPosition.Start)
            return minutes;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var rows = await LogCopy.UpTo(connection, followed, cancellation);
        for (var events = 1L; await rows.Read(cancellation); events++)
        {
            Count(minutes, rows.TakeEvent());
            if (events % ProgressStep == 0)
                progress?.Report(events);
        }

        return minutes;
    }

    /// <summary>Skips an event that cannot be read: the replay of its session reports it.</summary>
    static void Count(SortedDictionary<DateTimeOffset, long[]> minutes, LoggedEvent logged)
    {
        try
        {
            Activity.Count(minutes, logged);
        }
        catch (UnreadableEventException)
        {
        }
    }
}
