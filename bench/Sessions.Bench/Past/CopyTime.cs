using System.Diagnostics;
using Npgsql;

namespace Sessions.Bench.Past;

/// <summary>What a projection is measured by: all rows of the log out by COPY, in its order, and in again.</summary>
internal static class CopyTime
{
    const string Columns =
        "epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata";

    const int BufferSize = 128 * 1024;

    /// <summary>How long it takes, into a table with the log's columns and no index.</summary>
    public static async Task<TimeSpan> Take(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await Execute(database, $"create table bench_copy as select {Columns} from event_store.events limit 0", cancellation);
        try
        {
            var started = Stopwatch.GetTimestamp();
            await using var from = await database.OpenConnectionAsync(cancellation);
            await using var into = await database.OpenConnectionAsync(cancellation);
            await using (var rowsOut = await from.BeginRawBinaryCopyAsync(
                $"copy (select {Columns} from event_store.events order by epoch, transaction_id, position) to stdout (format binary)",
                cancellation))
            await using (var rowsIn = await into.BeginRawBinaryCopyAsync(
                $"copy bench_copy ({Columns}) from stdin (format binary)", cancellation))
            {
                await rowsOut.CopyToAsync(rowsIn, BufferSize, cancellation);
            }

            return Stopwatch.GetElapsedTime(started);
        }
        finally
        {
            await Execute(database, "drop table bench_copy", CancellationToken.None);
        }
    }

    static async Task Execute(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
