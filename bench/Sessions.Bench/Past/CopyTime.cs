using System.Diagnostics;
using Npgsql;

namespace Sessions.Bench.Past;

/// <summary>The yardstick for a projection: all rows of the log by COPY, out in its order and in again.</summary>
/// <param name="Bare">How long it takes, into a table with the log's columns and no index.</param>
/// <param name="Indexed">The same with the log's key and index, created at the end, as when a dump is restored.</param>
internal sealed record CopyTime(TimeSpan Bare, TimeSpan Indexed)
{
    const string Columns =
        "epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata";

    const int BufferSize = 128 * 1024;

    public static async Task<CopyTime> Take(NpgsqlDataSource database, CancellationToken cancellation)
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

            var bare = Stopwatch.GetElapsedTime(started);
            await Execute(database, "alter table bench_copy add primary key (stream_id, owner, version)", cancellation);
            await Execute(database, "create index on bench_copy (epoch, transaction_id, position)", cancellation);
            return new CopyTime(bare, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            await Execute(database, "drop table bench_copy", CancellationToken.None);
        }
    }

    static async Task Execute(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
