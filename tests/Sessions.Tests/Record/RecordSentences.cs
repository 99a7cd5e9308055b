using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>What tests of the record say again and again.</summary>
static class RecordSentences
{
    /// <summary>Waits until all events lie below the oldest open transaction, whoever else holds one open.</summary>
    public static Task LogShouldBeReadable(this Node node) => node.Until("""
        coalesce((select max(transaction_id) from event_store.events) < pg_snapshot_xmin(pg_current_snapshot()), true)
        """);

    /// <summary>The whole log as it is stored.</summary>
    public static Task<List<StoredEvent>> CopyLog(this Node node) => node.ReadLog(row => row.Event);

    /// <summary>Something of each row of the log.</summary>
    public static async Task<List<T>> ReadLog<T>(
        this Node node, Func<LogCopy, T> read, LogPosition after = default, int? countMax = null)
    {
        await using var connection = await node.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var rows = await LogCopy.After(connection, after, countMax, CancellationToken.None);
        var all = new List<T>();
        while (await rows.Read(CancellationToken.None))
            all.Add(read(rows));
        return all;
    }
}
